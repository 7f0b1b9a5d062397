// Package webhook receives what Stripe says happened. An event is a hint: it names a session or a payment
// intent, and what that is due is read from Stripe.
package webhook
