// Package control steers a running Stripe emulator from a test: what happens to its webhooks, what
// its sessions claim, and where its API fails.
package control
