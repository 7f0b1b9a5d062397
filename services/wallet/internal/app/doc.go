// Package app wires the wallet service together.
package app
