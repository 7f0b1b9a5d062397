// Package callback takes what carriers tell by themselves.
package callback
