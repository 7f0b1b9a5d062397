// Package destination says where faxes may go and what a page costs there.
package destination
