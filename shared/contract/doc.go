// Package contract holds the messages that services exchange: plain structs, in files named by what
// they are about, with nothing of the transport in them. A name carries the types that travel under it, so
// that a caller and a handler cannot disagree.
package contract
