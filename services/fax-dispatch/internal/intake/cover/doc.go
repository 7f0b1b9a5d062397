// Package cover makes the first page of a fax, which says who sends what to whom, from a template with tokens.
package cover
