package dispatch_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/carrier"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/fax"
	"github.com/mintfax/mintfax/shared/contract"
)

// fickle is a carrier whose calls end at random. It remembers what it placed and counts deliveries.
type fickle struct {
	draw      func(label string, max int) int
	placed    map[string]fax.Outcome
	forgotten map[string]bool
	delivered map[string]int // by fax
}

func (*fickle) Name() string { return "sandbox" }

func (c *fickle) Send(_ context.Context, call carrier.Call) (carrier.Report, error) {
	if c.draw("crash before the call", 5) == 0 {
		return carrier.Report{}, errCrash
	}
	if _, again := c.placed[call.AttemptID]; again {
		return carrier.Report{}, fmt.Errorf("attempt %s was placed twice", call.AttemptID)
	}
	result := fax.Outcome{}
	if failures := fax.Failures(); c.draw("failed", 2) > 0 {
		result = fax.Failed(failures[c.draw("code", len(failures)-1)].Code, "")
	} else {
		c.delivered[call.FaxID]++
	}
	c.placed[call.AttemptID] = result
	if c.draw("crash after the call", 5) == 0 {
		c.forgotten[call.AttemptID] = c.draw("nobody can tell", 3) == 0
		return carrier.Report{}, errCrash
	}
	return carrier.End(result), nil
}

func (c *fickle) Lookup(_ context.Context, asked carrier.Placed) (carrier.Report, error) {
	id := asked.AttemptID
	result, placed := c.placed[id]
	switch {
	case c.forgotten[id]:
		return carrier.Report{}, nil
	case !placed:
		return carrier.Report{Knowledge: carrier.NeverPlaced}, nil
	case c.draw("still running", 4) == 0:
		return carrier.Report{Knowledge: carrier.Running}, nil
	default:
		return carrier.End(result), nil
	}
}

// Whatever work is lost, repeated or invented, and wherever the process stops.
func TestAFaxEndsOnceAndIsDeliveredAtMostOnce(t *testing.T) {
	f := setup(t)
	rapid.Check(t, func(rt *rapid.T) {
		c := &fickle{
			draw:   func(label string, max int) int { return rapid.IntRange(0, max).Draw(rt, label) },
			placed: map[string]fax.Outcome{}, forgotten: map[string]bool{}, delivered: map[string]int{},
		}
		d := f.with(c)
		attempts := c.draw("max attempts", 4) + 1
		id := f.submit(t, f.Sandbox, "+12125551234", fmt.Sprint(attempts))
		f.Work(rt)
		ended := contract.FaxStatus("")
		handle := func(number int) {
			f.Exec(t, `UPDATE fax.faxes SET next_attempt_at = now() WHERE id = ? AND next_attempt_at > now()`, id)
			err := d.Handle(t.Context(), "id", contract.DispatchFaxWork{FaxID: id, AttemptNumber: number})
			if err != nil {
				require.ErrorIs(rt, err, errCrash)
			}
			fax := f.fax(t, f.Sandbox, id)
			require.True(rt, ended == "" || ended == fax.Status, "%s was left for %s", ended, fax.Status)
			if fax.Status.Terminal() {
				ended = fax.Status
			}
		}
		for range c.draw("deliveries", 15) {
			handle(c.draw("work", 6))
		}
		for i := 0; ended == "" && i < 500; i++ { // from here on all work arrives
			handle(i%5 + 1)
		}
		f.checkEnd(t, rt, c, id, attempts)
	})
}

func (f fixture) checkEnd(t *testing.T, rt *rapid.T, c *fickle, id string, attempts int) {
	fax := f.fax(t, f.Sandbox, id)
	require.True(rt, fax.Status.Terminal(), "the fax never ended")
	require.LessOrEqual(rt, len(fax.Attempts), attempts)
	require.LessOrEqual(rt, c.delivered[id], 1, "sent twice")
	if fax.Status == contract.FaxStatusDelivered {
		require.Equal(rt, 1, c.delivered[id])
	}
	events := f.Events(rt, id)
	require.Equal(rt, "fax.queued", events[0])
	require.Equal(rt, "fax."+string(fax.Status), events[len(events)-1])
	ends := slices.DeleteFunc(events, func(name string) bool { return strings.HasSuffix(name, "queued") || strings.HasSuffix(name, "sending") })
	require.Len(rt, ends, 1, "exactly one terminal event")
}
