// Command deadletters lists dead-lettered messages and replays them.
//
//	AMQP_URL=… deadletters list            every dead message, without its body
//	AMQP_URL=… deadletters replay QUEUE    put the queue's dead messages back
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/mintfax/mintfax/shared/bus"
)

const atMost = 1000 // messages in one run

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	if err := run(ctx, os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "deadletters:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, out io.Writer) error {
	url := os.Getenv("AMQP_URL")
	if url == "" || len(args) == 0 {
		return errors.New("usage: AMQP_URL=… deadletters list | replay QUEUE")
	}
	conn, err := bus.Dial(ctx, bus.Config{URL: url, Service: "deadletters", Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return err
	}
	defer conn.Close()
	switch {
	case args[0] == "list" && len(args) == 1:
		return list(conn, out)
	case args[0] == "replay" && len(args) == 2:
		replayed, err := conn.Replay(ctx, bus.Queue(args[1]), atMost)
		fmt.Fprintf(out, "%d messages put back into %s\n", replayed, args[1])
		return err
	}
	return errors.New("usage: AMQP_URL=… deadletters list | replay QUEUE")
}

func list(conn *bus.Conn, out io.Writer) error {
	for _, queue := range bus.LastingQueues() {
		letters, err := conn.ListDead(queue, atMost)
		if err != nil {
			return err
		}
		for _, letter := range letters {
			fmt.Fprintf(out, "%s  %s  %s  %s  %s\n", letter.At.UTC().Format(time.RFC3339), letter.Queue, letter.Name, letter.ID, letter.Reason)
		}
	}
	return nil
}
