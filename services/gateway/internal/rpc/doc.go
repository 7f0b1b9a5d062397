// Package rpc lists every question that the gateway asks other services.
package rpc
