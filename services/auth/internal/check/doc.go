// Package check is the gate's question: is this key good, and is its account activated? It is asked
// for every request, answered from the database each time, and never remembered.
package check
