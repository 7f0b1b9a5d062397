// Package idempotency makes a repeated POST answer what the first one answered.
package idempotency
