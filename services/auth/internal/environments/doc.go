// Package environments manages the environments of an account.
package environments
