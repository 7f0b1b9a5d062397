// Package local runs programs on this machine: it starts, supervises and stops the processes of a stack, and provides
// Postgres, RabbitMQ and Redis: external ones that the environment names, and for the rest private instances on loopback,
// with ports, passwords and a directory of their own. It installs missing servers from Debian's packages.
//
// Every program carries a mark of its stack in its environment. By the mark a stack finds processes that a
// killed supervisor left behind: unlike a pid file, it cannot outlive its process, nor name another one
// after a reboot.
package local
