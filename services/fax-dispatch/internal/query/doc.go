// Package query reads faxes, their pages and their statuses. Senders see only their own, accepted faxes.
package query
