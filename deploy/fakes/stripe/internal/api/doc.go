// Package api answers Stripe's API under /v1: authentication, routing, and a file for each resource.
package api
