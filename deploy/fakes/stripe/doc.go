// Package stripe stands in for Stripe on a developer's machine and in tests: the part of its
// API (2023-10-16) that moves money, from Checkout and off-session payments to refunds and disputes, the
// hosted Checkout page with Stripe's test cards, and signed webhooks. Everything is in memory and, unless
// Open is given a file, gone with the process.
//
// A client of Stripe needs nothing but another base URL. Tests may run it as
//
//	server := httptest.NewUnstartedServer(nil)
//	emulator := stripe.New(stripe.Config{
//		PublicURL: "http://" + server.Listener.Addr().String(), SecretKey: "sk_test_x", ...
//	})
//	server.Config.Handler = emulator.Handler()
//	server.Start()
//
// and disturb it with package control.
package stripe
