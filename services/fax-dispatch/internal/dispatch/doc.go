// Package dispatch takes a fax from due to its final status: it makes each attempt once, chooses carriers, hears what they
// report, retries, cancels, and ends every fax exactly once.
package dispatch
