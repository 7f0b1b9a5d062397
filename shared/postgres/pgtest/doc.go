// Package pgtest gives a test its own database on the real server, with every role and migration.
package pgtest
