// Package price knows which destinations faxes may go to and what a page costs there.
package price
