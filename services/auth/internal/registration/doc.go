// Package registration makes accounts: a code by mail, and against the code an account with its two
// environments, its pools and its first keys. It also signs people in.
package registration
