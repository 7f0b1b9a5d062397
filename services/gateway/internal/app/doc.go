// Package app wires the gateway together.
package app
