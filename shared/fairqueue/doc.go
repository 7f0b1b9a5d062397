// Package fairqueue shares slots among accounts: each has a bounded number of them. Of the accounts that wait, the one that
// has cost least of late is served first, and those that have cost the same round robin, so that no account has all
// slots however much it asks.
package fairqueue
