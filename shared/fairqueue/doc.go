// Package fairqueue shares places among accounts: each has a bounded number of them. Of accounts that wait, the one that has
// cost least of late is served first, and those that have cost the same in turn, so that no account has all places
// however much it asks.
package fairqueue
