// Package packages knows the credit packages that are for sale.
package packages
