// Package bench measures what the gate costs: the same requests through the gateway as it is, and
// through gateways that do without the broker or without sharing questions, on one machine in one run.
package main
