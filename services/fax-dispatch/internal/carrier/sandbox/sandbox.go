package sandbox

import (
	"context"
	"strings"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/carrier"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/carrier/line"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/carrier/scenario"
)

// Name is the carrier of every sandbox fax.
const Name = "sandbox"

// Numbers with a scenario that is decided before there is a fax.
const (
	InsufficientBalance = prefix + "06"
	ThreePages          = prefix + "07"
	InvalidTo           = prefix + "99"
)

// prefix is what the scenario numbers begin with; two digits follow.
const prefix = "+150055500"

// Carrier is the sandbox carrier.
type Carrier struct {
	*line.Line
}

// New returns a sandbox carrier whose calls the line records.
func New(l *line.Line) Carrier { return Carrier{l} }

// Name implements carrier.Carrier.
func (Carrier) Name() string { return Name }

// Send ends as the number's scenario says; every other number takes the fax.
func (c Carrier) Send(ctx context.Context, call carrier.Call) (carrier.Report, error) {
	last, _ := strings.CutPrefix(call.To, prefix)
	return c.Place(ctx, Name, call, scenario.Plan(last, call.Number))
}
