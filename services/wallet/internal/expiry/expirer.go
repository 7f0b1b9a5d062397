package expiry

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/ledger"
	"github.com/mintfax/mintfax/shared/postgres"
)

// Ask is a question to fax-dispatch.
type Ask func(context.Context, contract.GetFatesRequest) (contract.Fates, error)

// Expirer ends holds that have been open for longer than an age and whose faxes are not alive. Several
// may run: each hold is ended once.
type Expirer struct {
	db      *postgres.DB
	store   Store
	ask     Ask
	age     time.Duration
	expired *prometheus.CounterVec
	log     *slog.Logger
}

// New returns an expirer for holds older than age.
func New(db *postgres.DB, ask Ask, age time.Duration, expired *prometheus.CounterVec, log *slog.Logger) *Expirer {
	return &Expirer{db: db, store: NewStore(db), ask: ask, age: age, expired: expired, log: log}
}

// Round looks at every hold that is old enough, oldest first, also at those behind many whose faxes are
// alive. When fax-dispatch does not answer, the holds it was asked about and the rest stay as they are.
func (e *Expirer) Round(ctx context.Context) error {
	var problems []error
	var last hold
	for {
		holds, err := e.store.open(ctx, e.age, last, contract.MaxFates)
		if err != nil || len(holds) == 0 {
			return errors.Join(append(problems, err)...)
		}
		fates, err := e.ask(ctx, question(holds))
		if err != nil {
			return errors.Join(append(problems, err)...)
		}
		for _, h := range holds {
			if err := e.end(ctx, h, fates.Data[h.Reference]); err != nil {
				problems = append(problems, err)
			}
		}
		last = holds[len(holds)-1]
	}
}

func question(holds []hold) contract.GetFatesRequest {
	var asked contract.GetFatesRequest
	for _, h := range holds {
		asked.FaxIDs = append(asked.FaxIDs, h.Reference)
	}
	return asked
}

// end ends a hold by the fate of its fax. No fate, or one that is not known here, leaves it open.
func (e *Expirer) end(ctx context.Context, h hold, fate contract.FaxFate) error {
	var how string
	switch fate {
	case contract.FateDelivered:
		how = "captured"
	case contract.FateEnded, contract.FateUnknown:
		how = "released"
	default:
		return nil
	}
	done := false
	err := postgres.InTx(ctx, e.db, func(tx *postgres.DB) (err error) {
		done, err = ledger.Expire(ctx, tx, h.Reference, fate == contract.FateDelivered)
		return err
	})
	var refused *ledger.OutcomeError
	if errors.As(err, &refused) && refused.Outcome == ledger.Conflict {
		e.log.WarnContext(ctx, "a hold ended otherwise while it was looked into", "fax", h.Reference, "account", h.AccountID, "fate", fate)
		return nil
	}
	if err != nil || !done {
		return err
	}
	e.expired.WithLabelValues(how).Inc()
	e.log.ErrorContext(ctx, "a hold was forgotten and has expired",
		"fax", h.Reference, "account", h.AccountID, "credits", h.Amount, "since", h.CreatedAt, "fate", fate, "how", how)
	return nil
}
