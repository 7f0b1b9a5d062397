// Package servers provides Postgres, RabbitMQ and Redis: those that the environment names, and for
// the rest private instances on loopback, with ports, passwords and a directory of their own.
package servers
