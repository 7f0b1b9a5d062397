// Package ids makes and checks the identifiers of the public API (a type prefix and random base62 characters) and API
// keys, whose checksum rejects most malformed keys without a lookup.
package ids
