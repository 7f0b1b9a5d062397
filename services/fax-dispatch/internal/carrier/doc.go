// Package carrier has the interface of carriers, and the routes that choose one. A new carrier is a folder here that
// passes carriertest.
package carrier
