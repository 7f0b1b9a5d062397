// Package rendertest makes documents of every type for tests and benchmarks.
package rendertest
