// Package converter wires together the program that runs LibreOffice in a container of its own. It knows no secret and
// reaches no server.
package converter
