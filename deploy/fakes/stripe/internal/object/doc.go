// Package object has the shapes of the objects and errors of Stripe's API version 2023-10-16.
package object
