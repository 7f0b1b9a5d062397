// Package object has the shapes of Stripe's objects as of API version 2023-10-16.
package object
