// Package statement answers what moved an account's pools in a month.
package statement
