// Package statement exports an account's statement of a month as JSON, CSV or PDF. It reads the statement page by page
// from wallet and verifies its sums on the way.
package statement
