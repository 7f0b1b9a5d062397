// Package carrier is what dispatch needs of a carrier, and the routes that choose one. A new carrier is a folder here that
// passes carriertest.
package carrier
