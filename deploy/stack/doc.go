// Package devstack runs a whole mintfax on one machine: a database, a virtual host, a Redis database,
// the Stripe emulator and any number of each service, built from the sources of this checkout.
//
// `make up` runs one whole for people. Tests and benchmarks start their own, isolated from it and from
// each other:
//
//	whole, err := stack.Start(ctx, stack.Options{Dir: t.TempDir()})
//	...
//	defer whole.Close(ctx)
package stack
