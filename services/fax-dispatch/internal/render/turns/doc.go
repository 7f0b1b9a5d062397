// Package turns shares a few places among accounts, so that none of them has all and each gets its turn.
package turns
