// Package alarm tells people about what should not happen: money that does not match its checkout.
package alarm
