// Package page is what a person sees: the hosted Checkout and the receipts.
package page
