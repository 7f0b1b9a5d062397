// Package app wires the auth service together.
package app
