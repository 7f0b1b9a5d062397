// Package walls holds the tests of how the project is put together: who may import what, and how
// large a file may become.
package walls
