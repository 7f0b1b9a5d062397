// Package app wires the fax-dispatch service together.
package app
