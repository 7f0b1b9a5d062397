// Package payments shows what an account has paid, and its saved card.
package payments
