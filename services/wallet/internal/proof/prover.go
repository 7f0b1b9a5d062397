package proof

import (
	"context"
	"log/slog"

	"github.com/prometheus/client_golang/prometheus"
)

// Prover proves the ledger and tells what it finds to the log and the metrics. It mends nothing: what
// differs is for a person to understand first.
type Prover struct {
	store       Store
	differences prometheus.Gauge
	last        prometheus.Gauge
	log         *slog.Logger
}

// New returns a prover and registers its metrics.
func New(store Store, registerer prometheus.Registerer, log *slog.Logger) *Prover {
	p := &Prover{
		store: store, log: log,
		differences: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "mintfax_ledger_differences", Help: "What the last proof of the ledger found to be wrong; 0 when all is well.",
		}),
		last: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "mintfax_ledger_proof_timestamp_seconds", Help: "When the ledger was proven last, in Unix time; 0 is not yet.",
		}),
	}
	registerer.MustRegister(p.differences, p.last)
	return p
}

// Prove proves the ledger once. A proof that could not be made leaves the metrics as they are.
func (p *Prover) Prove(ctx context.Context) error {
	found, err := p.store.Differences(ctx)
	if err != nil {
		return err
	}
	for _, d := range found {
		p.log.ErrorContext(ctx, "the ledger does not prove what is kept", "account", d.AccountID, "pool", d.BalanceType,
			"what", d.What, "transaction", d.TransactionID, "kept", d.Kept, "proven", d.Proven)
	}
	p.differences.Set(float64(len(found)))
	p.last.SetToCurrentTime()
	p.log.InfoContext(ctx, "the ledger was proven", "differences", len(found))
	return nil
}
