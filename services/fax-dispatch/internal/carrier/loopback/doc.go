// Package loopback is a live carrier for demonstrations and tests: it reads the documents as a line
// would, and delivers them to nobody.
package loopback
