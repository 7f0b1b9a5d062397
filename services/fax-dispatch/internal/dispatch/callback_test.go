package dispatch_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/carrier"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/dispatch"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/fax"
	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/ids"
)

// calling is a remote carrier that calls back.
type calling struct {
	*remote
	update carrier.Update
	err    error
	got    carrier.Delivery
}

func (c *calling) Receive(_ context.Context, delivery carrier.Delivery) (carrier.Update, error) {
	c.got = delivery
	return c.update, c.err
}

// placed submits a live fax and has c place it. It returns the fax, its attempt and the dispatcher.
func (f fixture) placed(t *testing.T, c *calling) (id, attempt string, d *dispatch.Dispatcher) {
	t.Helper()
	id, d = f.live(t, "+12125551234", c.remote)
	d.Carriers[c.name] = c
	require.NoError(t, d.Handle(t.Context(), "id", f.Work(t)[0]))
	return id, f.attemptID(t, id), d
}

func TestACallbackEndsItsAttemptHoweverOftenItComes(t *testing.T) {
	f := setup(t)
	c := &calling{remote: &remote{name: "one"}}
	id, attempt, d := f.placed(t, c)
	c.update = carrier.Update{AttemptID: attempt, Report: carrier.Report{Knowledge: carrier.Running, Ref: "ref-" + attempt}}
	delivery := contract.CarrierDelivery{Carrier: "one", Body: []byte("b"), Headers: map[string]string{"H": "h"}, Secret: "s"}
	_, err := d.Receive(t.Context(), delivery)
	require.NoError(t, err)
	require.Equal(t, carrier.Delivery{Body: []byte("b"), Headers: map[string]string{"H": "h"}, Secret: "s"}, c.got)
	require.Equal(t, contract.FaxStatusInProgress, f.fax(t, f.Live, id).Status)

	c.update.Report = carrier.Report{Knowledge: carrier.Ended, Ref: "ref-" + attempt}
	for range 2 {
		_, err = d.Receive(t.Context(), delivery)
		require.NoError(t, err)
	}
	c.update.Report.Outcome = fax.Failed(fax.Busy, "user_busy")
	_, err = d.Receive(t.Context(), delivery)
	require.NoError(t, err)
	require.Equal(t, contract.FaxStatusDelivered, f.fax(t, f.Live, id).Status)
	require.Equal(t, []string{"fax.queued", "fax.sending", "fax.delivered"}, f.Events(t, id))
}

func TestACallbackIsBelievedOnlyOfItsCarrierAndItsCall(t *testing.T) {
	f := setup(t)
	c, other := &calling{remote: &remote{name: "one"}}, &calling{remote: &remote{name: "two"}}
	id, attempt, d := f.placed(t, c)
	d.Carriers["two"] = other
	end := carrier.Report{Knowledge: carrier.Ended, Ref: "ref-" + attempt}
	other.update = carrier.Update{AttemptID: attempt, Report: end}
	_, err := d.Receive(t.Context(), contract.CarrierDelivery{Carrier: "two"})
	require.NoError(t, err, "the attempt is with another carrier")

	for _, update := range []carrier.Update{
		{AttemptID: attempt, Report: carrier.Report{Knowledge: carrier.Ended, Ref: "another"}},
		{AttemptID: ids.New(ids.Attempt), Report: end},
		{AttemptID: "of somebody else's fax", Report: end},
		{Report: end},
	} {
		c.update = update
		_, err := d.Receive(t.Context(), contract.CarrierDelivery{Carrier: "one"})
		require.NoError(t, err)
	}
	require.Equal(t, contract.FaxStatusInProgress, f.fax(t, f.Live, id).Status)
}

func TestACallbackThatCannotBeUsedIsRefused(t *testing.T) {
	f := setup(t)
	c := &calling{remote: &remote{name: "one"}}
	_, _, d := f.placed(t, c)
	d.Carriers["silent"] = &remote{name: "silent"}
	for _, name := range []string{"unknown", "silent", ""} {
		_, err := d.Receive(t.Context(), contract.CarrierDelivery{Carrier: name})
		require.True(t, apierror.Has(err, apierror.NotFound), name)
	}
	c.err = carrier.ErrForged
	_, err := d.Receive(t.Context(), contract.CarrierDelivery{Carrier: "one"})
	require.True(t, apierror.Has(err, apierror.MalformedRequest))
	c.err = errors.New("the carrier is away")
	_, err = d.Receive(t.Context(), contract.CarrierDelivery{Carrier: "one"})
	require.ErrorIs(t, err, c.err, "the carrier calls again")
}
