// Package outbox keeps messages that must not be lost. They are written in the transaction that makes
// them true, and a relay publishes them afterwards, each at least once.
package outbox
