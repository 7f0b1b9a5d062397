// Package stripeshape holds requests to Stripe's published description of its API, as the official
// stripe-mock does. stripe-mock v0.180.0 describes version 2023-10-16, the one mintfax speaks; releases
// after it describe newer versions, in which parameters were added and taken away, so it stays there
// until mintfax moves. It knows no state: that a refund is larger than its charge is not its business.
package shape
