// Package sandbox is the carrier of sandbox environments: scenarios by number, and no line.
package sandbox
