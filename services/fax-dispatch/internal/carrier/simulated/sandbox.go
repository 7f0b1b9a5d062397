package simulated

import (
	"context"
	"strings"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/carrier"
)

// SandboxName is the carrier of every sandbox fax.
const SandboxName = "sandbox"

// Numbers with a scenario that is decided before there is a fax.
const (
	InsufficientBalance = prefix + "06"
	ThreePages          = prefix + "07"
	InvalidTo           = prefix + "99"
)

// prefix is what the scenario numbers begin with; two digits follow.
const prefix = "+150055500"

// Sandbox is the sandbox carrier.
type Sandbox struct {
	*Calls
}

// NewSandbox returns a sandbox carrier whose calls the line records.
func NewSandbox(l *Calls) Sandbox { return Sandbox{l} }

// Name implements carrier.Carrier.
func (Sandbox) Name() string { return SandboxName }

// Send plays the scenario of the number; every other number receives the fax.
func (c Sandbox) Send(ctx context.Context, call carrier.Call) (carrier.Report, error) {
	last, _ := strings.CutPrefix(call.To, prefix)
	return c.place(ctx, SandboxName, call, plan(last, call.Number))
}
