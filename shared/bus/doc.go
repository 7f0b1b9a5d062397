// Package bus is a thin layer over RabbitMQ: remote calls, events and work that are never lost, and the list
// of every name on the broker. No other package imports the AMQP client.
package bus
