// Package apiclient is mintfax seen from outside, as the demo and the system tests use it: plain HTTP
// requests, the mailed codes, and a person at the Checkout page. It imports nothing of the services.
package apiclient
