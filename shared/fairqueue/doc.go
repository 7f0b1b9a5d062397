// Package fairqueue shares slots fairly among accounts. Each account has a bounded number of slots. Of the waiting
// accounts, the one with the lowest recent cost is served first, and accounts with equal cost round robin, so that
// no account can take all slots.
package fairqueue
