package pools

import (
	"context"
	"log/slog"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/mintfax/mintfax/shared/postgres"
)

// Reconciler reports differences in its log and metrics. It repairs nothing: an operator has to find the cause first.
type Reconciler struct {
	db          *postgres.DB
	differences prometheus.Gauge
	last        prometheus.Gauge
	log         *slog.Logger
}

// NewReconciler returns a reconciler of the wallet's database, and registers its metrics.
func NewReconciler(db *postgres.DB, registerer prometheus.Registerer, log *slog.Logger) *Reconciler {
	r := &Reconciler{
		db: db, log: log,
		differences: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "mintfax_ledger_differences", Help: "What the last proof of the ledger found to be wrong; 0 when all is well.",
		}),
		last: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "mintfax_ledger_proof_timestamp_seconds", Help: "When the ledger was proven last, in Unix time; 0 is not yet.",
		}),
	}
	registerer.MustRegister(r.differences, r.last)
	return r
}

// Reconcile compares once. When the comparison fails, the metrics keep their values.
func (r *Reconciler) Reconcile(ctx context.Context) error {
	found, err := Differences(ctx, r.db)
	if err != nil {
		return err
	}
	for _, d := range found {
		r.log.ErrorContext(ctx, "a pool or transaction differs from the ledger's entries", "account", d.AccountID, "pool", d.BalanceType,
			"what", d.What, "transaction", d.TransactionID, "kept", d.Kept, "proven", d.Proven)
	}
	r.differences.Set(float64(len(found)))
	r.last.SetToCurrentTime()
	r.log.InfoContext(ctx, "the ledger was reconciled", "differences", len(found))
	return nil
}
