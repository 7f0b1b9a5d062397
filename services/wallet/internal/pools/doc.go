// Package pools answers questions about an account's pools, and places and voids holds.
package pools
