// Package pace keeps the requests that billing makes to Stripe by itself, with nobody waiting, few.
package pace
