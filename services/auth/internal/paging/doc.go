// Package paging cuts newest-first lists into pages.
package paging
