// Package contract defines the messages that services exchange: plain structs, independent of the transport,
// in files named by topic. A message name carries its Go types, so the compiler checks that caller and handler agree.
package contract
