package intake

import (
	"context"
	"errors"
	"time"

	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/crashpoint"
)

const (
	// unfinishedAge is longer than a submission can run, and short enough that the idempotency key of a submission that crashed
	// is free again within half a minute.
	unfinishedAge = 20 * time.Second
	sweepBatch    = 50
)

// abandon undoes a submission that was not accepted. It marks the submission, so that nothing can accept it, then voids its
// hold, deletes its documents and finally its record. It stops at the first failure and can be repeated. accepted is true
// when the submission had become a fax.
func (s *Service) abandon(ctx context.Context, faxID string) (accepted bool, err error) {
	u, found, err := s.Store.abandon(ctx, faxID)
	if err != nil || !found {
		return false, err
	}
	if u.Accepted {
		return true, nil
	}
	crashpoint.Here(crashpoint.AbandonMarked)
	_, err = s.Wallet.Void(ctx, contract.VoidHoldRequest{
		Reference: faxID, AccountID: u.AccountID, EnvironmentID: u.EnvironmentID, BalanceType: u.EnvironmentType,
	})
	if err != nil {
		return false, err
	}
	crashpoint.Here(crashpoint.AbandonVoided)
	if err := s.deleteDocuments(ctx, faxID); err != nil {
		return false, err
	}
	return false, s.Store.forget(ctx, faxID)
}

func (s *Service) deleteDocuments(ctx context.Context, faxID string) error {
	ids, err := s.Store.documents(ctx, faxID)
	if err != nil {
		return err
	}
	for _, id := range ids {
		if err := errors.Join(s.Documents.DeleteStaged(ctx, id), s.Documents.Delete(ctx, id)); err != nil {
			return err
		}
	}
	return nil
}

// Sweep abandons the submissions that a crash or a lost answer left unfinished, until there are none or a batch has errors.
func (s *Service) Sweep(ctx context.Context) error {
	for {
		faxes, err := s.Store.unfinished(ctx, unfinishedAge, sweepBatch)
		if err != nil || len(faxes) == 0 {
			return err
		}
		var problems []error
		for _, faxID := range faxes {
			_, err := s.abandon(ctx, faxID)
			problems = append(problems, err)
		}
		if err := errors.Join(problems...); err != nil || len(faxes) < sweepBatch {
			return err
		}
	}
}
