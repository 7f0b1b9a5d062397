// Package bus is the thin layer over RabbitMQ: questions that are answered, events and work that are
// not lost, and the one list of every name on the broker. Nothing else imports the AMQP client.
package bus
