// Package sessions keeps the sessions of the dashboard in Redis, and makes their cookies.
package sessions
