// Package servers provides Postgres, RabbitMQ and Redis: external ones that the environment names, and for
// the rest private instances on loopback, with ports, passwords and a directory of their own. It installs
// missing programs from Debian's packages.
package servers
