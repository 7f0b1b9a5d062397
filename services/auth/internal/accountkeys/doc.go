// Package accountkeys mints, lists, rotates and revokes the keys of an account.
package accountkeys
