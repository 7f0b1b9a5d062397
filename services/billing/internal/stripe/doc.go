// Package stripe is everything billing says to Stripe and believes of it, in types of our own. It
// is the only package that knows Stripe's client; its version pins the API version 2023-10-16.
package stripe
