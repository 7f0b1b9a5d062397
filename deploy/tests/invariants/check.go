package invariants

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/mintfax/mintfax/deploy/fakes/stripe/control"
	"github.com/mintfax/mintfax/shared/bus"
)

// settleTimeout is how long something may look broken after all is quiet.
const settleTimeout = 15 * time.Second

// Sources are where the data of an instance is.
type Sources struct {
	DatabaseURL string // an administrator's
	AMQPURL     string
	EmulatorURL string // of the Stripe emulator; empty when payments are not its
	FakesURL    string // of the carrier fakes; empty without them
	// Quiet is how long to wait for what is going on to end; half a minute when zero.
	Quiet time.Duration
}

// Check waits until no work is pending and returns the violated invariants, a line each.
func Check(ctx context.Context, from Sources) ([]string, error) {
	conn, err := pgx.Connect(ctx, from.DatabaseURL)
	if err != nil {
		return nil, err
	}
	defer conn.Close(ctx)
	if err := awaitQuiescence(ctx, conn, from.Quiet); err != nil {
		return nil, err
	}
	// What is truly broken stays so; what is only on its way, as a message being acknowledged, does not.
	for deadline := time.Now().Add(settleTimeout); ; {
		broken, err := evaluate(ctx, conn, from)
		if err != nil || len(broken) == 0 || time.Now().After(deadline) {
			return broken, err
		}
		time.Sleep(200 * time.Millisecond)
	}
}

// Names are the names of everything that Check looks at.
func Names() []string {
	names := []string{noneWaits, noneIsDead, charged, sentOnce}
	for _, p := range sqlInvariants() {
		names = append(names, p.name)
	}
	return names
}

const (
	noneWaits  = "no message waits in a queue"
	noneIsDead = "no message is dead"
	charged    = "payments and refunds equal what Stripe charged and refunded"
)

func evaluate(ctx context.Context, conn *pgx.Conn, from Sources) ([]string, error) {
	var broken []string
	for _, p := range sqlInvariants() {
		n, err := count(ctx, conn, p.query)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", p.name, err)
		}
		if n != 0 {
			broken = append(broken, fmt.Sprintf("not so: %s (%d)", p.name, n))
		}
	}
	onBroker, err := checkBroker(ctx, from.AMQPURL)
	if err != nil {
		return nil, err
	}
	onCharges, err := checkCharges(ctx, conn, from.EmulatorURL)
	if err != nil {
		return nil, err
	}
	onCalls, err := checkCalls(ctx, conn, from.FakesURL)
	return slices.Concat(broken, onBroker, onCharges, onCalls), err
}

func awaitQuiescence(ctx context.Context, conn *pgx.Conn, limit time.Duration) error {
	if limit == 0 {
		limit = 30 * time.Second
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	for {
		n, err := count(ctx, conn, unfinishedQuery)
		if err != nil {
			return fmt.Errorf("waited %s for faxes, holds and messages to end: %w", limit, err)
		}
		if n == 0 {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("waited %s: %d faxes, holds and messages have not ended", limit, n)
		case <-time.After(100 * time.Millisecond):
		}
	}
}

func checkBroker(ctx context.Context, url string) ([]string, error) {
	conn, err := bus.Dial(ctx, bus.Config{URL: url, Service: "invariants", Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	dead, err := conn.DeadLetters()
	if err != nil {
		return nil, err
	}
	waiting, err := conn.Waiting()
	if err != nil {
		return nil, err
	}
	var broken []string
	for _, queue := range bus.LastingQueues() {
		if dead[queue] > 0 {
			broken = append(broken, fmt.Sprintf("not so: %s (%s: %d)", noneIsDead, queue, dead[queue]))
		}
		if waiting[queue] > 0 {
			broken = append(broken, fmt.Sprintf("not so: %s (%s: %d)", noneWaits, queue, waiting[queue]))
		}
	}
	return broken, nil
}

// checkCharges holds the payments against what the emulator charged for accounts of this database.
func checkCharges(ctx context.Context, conn *pgx.Conn, emulatorURL string) ([]string, error) {
	if emulatorURL == "" {
		return nil, nil
	}
	charges, err := control.New(emulatorURL).Charges(ctx)
	if err != nil {
		return nil, err
	}
	var taken, returned, paid, refunded int64
	for _, c := range charges {
		taken += c.Amount
		returned += c.Refunded
	}
	err = conn.QueryRow(ctx, `SELECT (SELECT coalesce(sum(amount), 0) FROM billing.payments),
		(SELECT coalesce(sum(amount), 0) FROM billing.reversals WHERE kind = 'refund' AND away)`).Scan(&paid, &refunded)
	if err != nil {
		return nil, err
	}
	if taken != paid || returned != refunded {
		return []string{fmt.Sprintf("not so: %s (recorded %d and refunded %d, charged %d and refunded %d)", charged, paid, refunded, taken, returned)}, nil
	}
	return nil, nil
}

func count(ctx context.Context, conn *pgx.Conn, query string) (int, error) {
	var n int
	err := conn.QueryRow(ctx, query).Scan(&n)
	return n, err
}
