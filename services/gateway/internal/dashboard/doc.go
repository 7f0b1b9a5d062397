// Package dashboard is the part of mintfax that people see: signing in, sending and following faxes, keys, the ledger, billing and
// settings.
package dashboard
