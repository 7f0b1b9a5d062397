// Package dashboard is the part of mintfax that people see: signing in, and activating live.
package dashboard
