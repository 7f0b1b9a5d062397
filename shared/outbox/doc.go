// Package outbox is a transactional outbox. Messages are written in the transaction of the change that they
// report, and a relay publishes them after the commit, each at least once.
package outbox
