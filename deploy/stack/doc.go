// Package stack runs mintfax on one machine: a database, a virtual host, a Redis database,
// the Stripe emulator and any number of each service, built from the sources of this checkout.
//
// `make up` runs one instance for developers. Tests and benchmarks start their own, isolated from it and from
// each other:
//
//	instance, err := stack.Start(ctx, stack.Options{Dir: t.TempDir()})
//	...
//	defer instance.Close(ctx)
package stack
