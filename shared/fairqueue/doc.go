// Package fairqueue shares slots among accounts: each has a bounded number of them, and those that wait are served in
// turn, so that no account has all slots however much it asks.
package fairqueue
