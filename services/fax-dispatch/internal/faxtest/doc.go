// Package faxtest gives the tests of this service an account with credits, a document store, and the
// service's parts on a database of their own. Production code does not import it.
package faxtest
