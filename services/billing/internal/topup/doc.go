// Package topup charges saved cards for credit packages off-session: on request, and automatically when the live pool
// falls below the account's threshold.
package topup
