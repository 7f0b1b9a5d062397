// Package apiclient is an HTTP client of mintfax for the demo, tests and benchmarks: API requests, mailed
// codes, and the payment form of a Checkout page. It imports nothing of the services.
package apiclient
