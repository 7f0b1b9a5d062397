// Package stripe is everything billing sends to Stripe and believes of it, in billing's own types: the client, the
// webhook signature, the shared rate limit of background requests, and the alarm for what contradicts our records.
// No other package imports Stripe's library, which is the name stripe within these files; its version pins the API
// version 2023-10-16.
package stripe
