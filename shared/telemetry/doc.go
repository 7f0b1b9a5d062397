// Package telemetry makes the loggers of the services and carries the request id through contexts.
package telemetry
