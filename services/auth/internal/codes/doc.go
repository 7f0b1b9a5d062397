// Package codes makes 6-digit codes for mails and checks them. A million codes are few, so everything about
// guessing is counted in the database before anything is compared.
package codes
