// Package control steers a running Stripe emulator from a test: what banks do to payments, refunds and
// disputes, what happens to webhooks, what sessions claim, where the API fails, and what was asked of it.
package control
