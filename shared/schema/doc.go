// Package schema owns the shape of the one database: its roles, its migrations and its rights.
//
// A schema belongs to one service, and only that service writes it. The single exception is the
// activation transaction of billing, which also sets auth.accounts.activated_at and credits a pool
// through wallet.purchase. Account creation in auth opens the pools through wallet.open_account and
// wallet.seed.
package schema
