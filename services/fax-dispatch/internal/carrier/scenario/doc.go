// Package scenario plans how calls end for the carriers that have no line.
package scenario
