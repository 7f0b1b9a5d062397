// Package sessions keeps who is signed in to the dashboard, in Redis.
package sessions
