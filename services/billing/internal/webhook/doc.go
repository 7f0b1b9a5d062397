// Package webhook receives what Stripe says happened. An event is a hint: it names a session, and what
// that session is due is read from Stripe.
package webhook
