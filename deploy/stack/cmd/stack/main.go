// Command stack runs mintfax on this machine: see its usage, or `make help`.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

const usage = `usage: stack <command>

  up               start servers and services, return when all are ready
  down             stop them; the data stays
  clean            down, and delete .run with all data
  status           what runs
  logs             follow all logs
  env              addresses and secrets of what runs, as NAME=value lines
  exec -- cmd...   run a command with servers for tests (TEST_DATABASE_URL, TEST_AMQP_URL,
                   TEST_AMQP_MANAGEMENT_URL, TEST_REDIS_URL), and stop them afterwards
  keep -- cmd...   the same with servers that stay up for the next keep, until they are idle for
                   half an hour
  watch            build and restart a service when its files change
  supervise, hold  what up and keep run in the background`

func main() {
	ctx, cancel := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	err := run(ctx, os.Args[1:])
	cancel()
	var status exitStatus
	if errors.As(err, &status) {
		os.Exit(int(status))
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "stack:", err)
		os.Exit(1)
	}
}
