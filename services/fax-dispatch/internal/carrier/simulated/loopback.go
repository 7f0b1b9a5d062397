package simulated

import (
	"context"
	"io"
	"strings"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/carrier"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/fax"
	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/documents"
)

// LoopbackName is the name of this carrier in LIVE_CARRIER.
const LoopbackName = "loopback"

// fictional begins the numbers that are unassigned in every North American area code. The two digits that follow choose a
// scenario, as in the sandbox.
const fictional = "55501"

// Loopback is the loopback carrier.
type Loopback struct {
	*Calls
	documents *documents.Store
}

// NewLoopback returns a loopback carrier that reads documents from the store.
func NewLoopback(l *Calls, store *documents.Store) Loopback { return Loopback{l, store} }

// Name implements carrier.Carrier.
func (Loopback) Name() string { return LoopbackName }

// Send delivers, except to a fictional number with a scenario and for documents that cannot be read.
func (c Loopback) Send(ctx context.Context, call carrier.Call) (carrier.Report, error) {
	err := c.readThrough(ctx, call.Document)
	if carrier.Unreadable(err) {
		return c.place(ctx, LoopbackName, call, fax.Failed(fax.DocumentError, "unreadable"))
	}
	if err != nil {
		return carrier.Report{}, err
	}
	return c.place(ctx, LoopbackName, call, plan(scenarioOf(call.To), call.Number))
}

func (c Loopback) readThrough(ctx context.Context, file contract.StagedFile) error {
	content, err := c.documents.Read(ctx, file)
	if err != nil {
		return err
	}
	defer content.Close()
	_, err = io.Copy(io.Discard, content)
	return err
}

// scenarioOf returns the scenario of +1 NXX 555 01ss, or nothing.
func scenarioOf(to string) string {
	const beforeExchange = len("+1212")
	if !strings.HasPrefix(to, "+1") || len(to) <= beforeExchange {
		return ""
	}
	last, found := strings.CutPrefix(to[beforeExchange:], fictional)
	if !found {
		return ""
	}
	return last
}
