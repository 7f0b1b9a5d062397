// Package dispatch makes the attempts of accepted faxes, each once, and ends every fax exactly once.
package dispatch
