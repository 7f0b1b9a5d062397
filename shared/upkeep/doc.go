// Package upkeep runs what has to be done every so often.
package upkeep
