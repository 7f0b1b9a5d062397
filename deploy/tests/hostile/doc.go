// Package hostile sends mintfax what nobody should: documents and forms that are broken, endless, or made to be
// expensive. It measures what each costs, and those who send well-behaved faxes meanwhile.
package hostile
