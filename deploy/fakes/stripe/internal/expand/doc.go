// Package expand replaces ids in an answer by the objects they name, as the parameter expand[] asks.
package expand
