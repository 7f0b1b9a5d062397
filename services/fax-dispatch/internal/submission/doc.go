// Package submission accepts faxes: it judges what a client sent, places the hold, and only then makes
// it a fax. What cannot be finished is undone.
package submission
