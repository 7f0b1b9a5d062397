// Package app wires the billing service together: configuration, servers, background tasks, and the command
// "billing reconcile".
package app
