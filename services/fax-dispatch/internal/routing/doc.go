// Package routing says by which carriers live faxes go, by the beginning of their numbers.
package routing
