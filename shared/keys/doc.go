// Package keys knows the form of an API key: how one is minted, and how a string that cannot be one
// is told apart without asking anybody.
package keys
