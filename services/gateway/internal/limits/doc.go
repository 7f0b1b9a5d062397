// Package limits counts requests by key and by address in a sliding window, in Redis so that all
// gateways count together.
package limits
