package erasure

import (
	"context"
	"errors"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/documents"
	"github.com/mintfax/mintfax/shared/ids"
)

// Service erases faxes.
type Service struct {
	store     Store
	documents *documents.Store
	backlog   prometheus.Gauge
}

// New returns a service on the store and the documents, and registers its metric.
func New(store Store, storage *documents.Store, metrics prometheus.Registerer) *Service {
	backlog := prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "mintfax_erased_documents_left", Help: "Erased documents that storage has not deleted yet, up to 1000. Their keys are gone.",
	})
	metrics.MustRegister(backlog)
	return &Service{store, storage, backlog}
}

// Delete serves contract.DeleteFax. It is idempotent. Errors: not_found; fax_not_terminal.
func (s *Service) Delete(ctx context.Context, r contract.GetFaxRequest) (contract.None, error) {
	if !ids.Valid(ids.Fax, r.ID) {
		return contract.None{}, apierror.New(apierror.NotFound)
	}
	status, found, err := s.store.erase(ctx, r)
	switch {
	case err != nil:
		return contract.None{}, err
	case !found:
		return contract.None{}, apierror.New(apierror.NotFound)
	case !status.Terminal():
		return contract.None{}, apierror.New(apierror.FaxNotTerminal).With("status", string(status))
	}
	keyless, err := s.store.keylessOf(ctx, r.ID)
	if err == nil {
		_, err = s.delete(ctx, keyless) // the sweep deletes what storage does not delete now
	}
	return contract.None{}, err
}

const sweepBatch = 200

// Retain erases faxes whose retention is over, one account after the other.
func (s *Service) Retain(ctx context.Context) error {
	for {
		looked, err := s.store.eraseOld(ctx, sweepBatch)
		if err != nil || !looked {
			return errors.Join(err, s.Sweep(ctx))
		}
	}
}

// deleteLimit bounds the time to delete one document from storage.
const deleteLimit = 3 * time.Second

// Sweep deletes documents whose keys are forgotten from the storage. A failed deletion is retried later and does not
// delay the others.
func (s *Service) Sweep(ctx context.Context) error {
	var problems []error
	for {
		keyless, err := s.store.keyless(ctx, sweepBatch)
		if err != nil {
			return err
		}
		failed, err := s.delete(ctx, keyless)
		if err != nil {
			return err
		}
		problems = append(problems, failed)
		if len(keyless) < sweepBatch || ctx.Err() != nil {
			break
		}
	}
	left, err := s.store.countKeyless(ctx)
	if err == nil {
		s.backlog.Set(float64(left))
	}
	return errors.Join(append(problems, err)...)
}

// delete deletes documents and forgets those that are gone. failed is about documents that are left.
func (s *Service) delete(ctx context.Context, documents []string) (failed, err error) {
	var gone, left []string
	for _, id := range documents {
		if problem := s.deleteOne(ctx, id); problem != nil {
			left, failed = append(left, id), problem // the last one is reported: they are mostly alike
			continue
		}
		gone = append(gone, id)
	}
	return failed, errors.Join(s.store.forget(ctx, gone), s.store.postpone(ctx, left))
}

func (s *Service) deleteOne(ctx context.Context, id string) error {
	ctx, cancel := context.WithTimeout(ctx, deleteLimit)
	defer cancel()
	return s.documents.Delete(ctx, id)
}
