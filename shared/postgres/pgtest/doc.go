// Package pgtest gives a test a database of its own on the real server, with every role and migration.
package pgtest
