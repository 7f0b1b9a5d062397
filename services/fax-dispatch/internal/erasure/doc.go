// Package erasure removes the personal data of faxes: on request, and when their retention is over. Zero footprint, which erases
// a fax as it ends, is applied by the transaction that ends it.
package erasure
