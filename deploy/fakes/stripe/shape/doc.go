// Package shape validates requests against Stripe's published OpenAPI description, as the official
// stripe-mock does. stripe-mock v0.180.0 describes version 2023-10-16, which mintfax speaks; later releases
// describe later versions, so it stays at that release until mintfax moves. It keeps no state: it accepts a
// refund that is larger than its charge.
package shape
