// Package app wires the billing service together.
package app
