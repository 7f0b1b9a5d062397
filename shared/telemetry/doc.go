// Package telemetry creates the services' loggers and carries the request id in contexts.
package telemetry
