// Package dispatchbench measures sandbox faxes from their request to their delivery.
package dispatchbench
