package holds

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/ledger"
	"github.com/mintfax/mintfax/shared/postgres"
)

// GetStatuses asks fax-dispatch for the statuses of faxes.
type GetStatuses func(context.Context, contract.GetFaxStatusesRequest) (contract.FaxOutcomes, error)

// Expirer ends holds that have been open for longer than an age although their faxes have ended or do not exist. Each
// such hold points to a defect: no event has settled it. Several expirers may run; each hold is ended once.
type Expirer struct {
	db          *postgres.DB
	getStatuses GetStatuses
	age         time.Duration
	expired     *prometheus.CounterVec
	log         *slog.Logger
}

// NewExpirer returns an expirer of holds older than age, and registers its metrics.
func NewExpirer(db *postgres.DB, getStatuses GetStatuses, age time.Duration, registerer prometheus.Registerer, log *slog.Logger) *Expirer {
	expired := prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "mintfax_holds_expired_total", Help: "Forgotten holds that were ended, by how: captured or released. Each is a defect somewhere.",
	}, []string{"how"})
	registerer.MustRegister(expired)
	return &Expirer{db: db, getStatuses: getStatuses, age: age, expired: expired, log: log}
}

// Expire checks every hold that is old enough, oldest first. It pages past holds whose faxes are in progress, so that
// they do not starve later ones. When fax-dispatch does not answer, the remaining holds stay open.
func (e *Expirer) Expire(ctx context.Context) error {
	var problems []error
	var last hold
	for {
		page, err := store{e.db.WithContext(ctx)}.open(e.age, last, contract.MaxFaxStatuses)
		if err != nil {
			return errors.Join(append(problems, fmt.Errorf("read open holds: %w", err))...)
		}
		if len(page) == 0 {
			return errors.Join(problems...)
		}
		statuses, err := e.getStatuses(ctx, statusRequest(page))
		if err != nil {
			return errors.Join(append(problems, err)...)
		}
		for _, h := range page {
			if err := e.expire(ctx, h, statuses.Data[h.Reference]); err != nil {
				problems = append(problems, err)
			}
		}
		last = page[len(page)-1]
	}
}

func statusRequest(page []hold) contract.GetFaxStatusesRequest {
	var r contract.GetFaxStatusesRequest
	for _, h := range page {
		r.FaxIDs = append(r.FaxIDs, h.Reference)
	}
	return r
}

// expire ends a hold by the status of its fax. A status that is missing or unknown to this version leaves it open.
func (e *Expirer) expire(ctx context.Context, h hold, status contract.FaxOutcome) error {
	var how string
	switch status {
	case contract.FaxOutcomeDelivered:
		how = "captured"
	case contract.FaxOutcomeEnded, contract.FaxOutcomeUnknown:
		how = "released"
	default:
		return nil
	}
	ended := false
	err := postgres.InTx(ctx, e.db, func(tx *postgres.DB) (err error) {
		ended, err = ledger.Expire(ctx, tx, h.Reference, status == contract.FaxOutcomeDelivered)
		return err
	})
	var refused *ledger.OutcomeError
	if errors.As(err, &refused) && refused.Outcome == ledger.Conflict {
		e.log.WarnContext(ctx, "hold was settled otherwise while it expired", "fax", h.Reference, "account", h.AccountID, "fax_status", status)
		return nil
	}
	if err != nil || !ended {
		return err
	}
	e.expired.WithLabelValues(how).Inc()
	e.log.ErrorContext(ctx, "hold expired: no event reported the end of its fax",
		"fax", h.Reference, "account", h.AccountID, "credits", h.Amount, "since", h.CreatedAt, "fax_status", status, "how", how)
	return nil
}
