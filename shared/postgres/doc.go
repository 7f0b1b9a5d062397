// Package postgres opens the database for a service and gives it transactions and list cursors.
package postgres
