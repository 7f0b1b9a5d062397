// Package postgres opens the database for a service and runs its transactions.
package postgres
