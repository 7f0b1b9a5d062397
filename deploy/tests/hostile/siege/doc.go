// Package siege lets unauthenticated clients and free accounts attack an instance from many addresses at
// once, while a paying customer sends faxes and must be served as promised.
package siege
