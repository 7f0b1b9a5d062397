// Package webhook receives Stripe's events. An event is a hint: it names an object, and what follows is read from
// Stripe. Undelivered events are found in Stripe's list and handled in the same way.
package webhook
