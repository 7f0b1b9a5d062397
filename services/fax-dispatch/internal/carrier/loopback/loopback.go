package loopback

import (
	"context"
	"io"
	"strings"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/carrier"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/carrier/line"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/carrier/scenario"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/outcome"
	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/documents"
)

// Name is how LIVE_CARRIER names this carrier.
const Name = "loopback"

// fictional marks the numbers that belong to nobody in every North American area code; two digits
// follow, which choose a scenario as in the sandbox.
const fictional = "55501"

// Carrier is the loopback carrier.
type Carrier struct {
	*line.Line
	documents *documents.Store
}

// New returns a loopback carrier that reads documents from the store.
func New(l *line.Line, store *documents.Store) Carrier { return Carrier{l, store} }

// Name implements carrier.Carrier.
func (Carrier) Name() string { return Name }

// Send delivers, except to a fictional number with a scenario, or documents that cannot be read.
func (c Carrier) Send(ctx context.Context, call carrier.Call) (carrier.Report, error) {
	err := c.readThrough(ctx, call.Document)
	if carrier.Unreadable(err) {
		return c.Place(ctx, Name, call, outcome.Failed(outcome.DocumentError, "unreadable"))
	}
	if err != nil {
		return carrier.Report{}, err
	}
	return c.Place(ctx, Name, call, scenario.Plan(scenarioOf(call.To), call.Number))
}

func (c Carrier) readThrough(ctx context.Context, file contract.StagedFile) error {
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
