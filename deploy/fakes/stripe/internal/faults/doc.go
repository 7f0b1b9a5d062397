// Package faults lets requests to the API go wrong when a test asks for it.
package faults
