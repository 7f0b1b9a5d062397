// Package refusal is what the emulator answers instead of an object: errors in Stripe's shape.
package refusal
