// Package schema owns the one database: its roles, migrations and rights.
//
// A schema belongs to one service, and only that service writes it, with two exceptions. The activation transaction of
// billing also sets auth.accounts.activated_at and credits a pool through wallet.purchase. Account creation in auth opens
// the pools through wallet.open_account and wallet.seed.
//
// The migrations up to 27 are the baseline: every table and function once, to be read from top to bottom. A later migration
// that redefines a function or view names the file that defined it last, in a line that a test demands:
//
//	-- Replaces wallet.purchase of 00005_wallet_payments.sql
package schema
