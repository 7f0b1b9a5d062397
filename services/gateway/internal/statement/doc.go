// Package statement writes an account's statement of a month as JSON, CSV or PDF. It reads it page by page
// from wallet and holds it to its sums on the way.
package statement
