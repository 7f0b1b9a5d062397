// Package sweep finishes what neither a webhook nor the success page did.
package sweep
