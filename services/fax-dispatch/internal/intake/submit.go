package intake

import (
	"context"
	"log/slog"
	"time"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/carrier"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/carrier/simulated"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/intake/price"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render"
	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/documents"
)

// answerMargin is left of the asker's patience when a fax is accepted: one that is accepted as the
// asker gives up would be taken for refused.
const answerMargin = 300 * time.Millisecond

// Wallet places and undoes holds.
type Wallet struct {
	Hold func(context.Context, contract.PlaceHoldRequest) (contract.Hold, error)
	Void func(context.Context, contract.VoidHoldRequest) (contract.None, error)
}

// Service accepts faxes.
type Service struct {
	Store     Store
	Wallet    Wallet
	Documents *documents.Store
	Renderer  *render.Renderer
	Routes    carrier.Routes
	Rates     price.Rates
	Limits    Limits
	Accepting chan struct{} // as many are made faxes at once as it holds: more would only wait for each other
	Wake      func()        // tells the relay of the outbox that there is something to send
	Log       *slog.Logger
}

// Submit answers contract.SubmitFax. Whatever the refusal, neither a fax, nor a hold, nor a document
// stays.
func (s *Service) Submit(ctx context.Context, r contract.SubmitFaxRequest) (contract.SubmittedFax, error) {
	if deadline, has := ctx.Deadline(); has {
		var cancel context.CancelFunc
		ctx, cancel = context.WithDeadline(ctx, deadline.Add(-answerMargin))
		defer cancel()
	}
	submitted, err := s.submit(ctx, r)
	s.discard(ctx, r.Files) // the pages that were made of them are kept
	return submitted, err
}

func (s *Service) submit(ctx context.Context, r contract.SubmitFaxRequest) (contract.SubmittedFax, error) {
	known, found, err := s.replay(ctx, r)
	if err != nil || found {
		return known, err
	}
	if r.Previewed != nil {
		return s.submitPreviewed(ctx, r)
	}
	d, err := s.judgeNew(r)
	if err != nil {
		return contract.SubmittedFax{}, err
	}
	if d.document, d.pages, err = s.render(ctx, r); err != nil {
		return contract.SubmittedFax{}, err
	}
	return s.acceptOrDiscard(ctx, d)
}

// acceptOrDiscard makes a draft a fax, or deletes the pages that were staged for it.
func (s *Service) acceptOrDiscard(ctx context.Context, d draft) (contract.SubmittedFax, error) {
	submitted, err := s.accept(ctx, d)
	if err != nil || submitted.Replayed {
		s.discard(ctx, []contract.StagedFile{d.document})
	}
	return submitted, err
}

// judgeNew is judge for a request with files.
func (s *Service) judgeNew(r contract.SubmitFaxRequest) (draft, error) {
	if err := checkUpload(r); err != nil {
		return draft{}, err
	}
	return s.judge(r)
}

// judge decides everything that needs no record and no pages: fields, scenarios, price.
func (s *Service) judge(r contract.SubmitFaxRequest) (draft, error) {
	attempts, err := check(r)
	if err != nil {
		return draft{}, err
	}
	d := draft{request: r, attempts: attempts, limits: s.Limits}
	inSandbox := r.Tenant.EnvironmentType == contract.Sandbox
	if inSandbox {
		d.carrier = simulated.SandboxName
		if err := rejectedScenario(r.To); err != nil {
			return draft{}, err
		}
	}
	if d.rate, err = s.Rates.For(r.Tenant.EnvironmentType, r.To); err != nil {
		return draft{}, err
	}
	if inSandbox {
		return d, nil
	}
	var routed bool
	if d.carrier, routed = s.Routes.After(r.To, ""); !routed {
		return draft{}, apierror.New(apierror.DestinationNotSupported)
	}
	return d, nil
}

// rejectedScenario refuses the sandbox numbers whose scenario is a refusal.
func rejectedScenario(to string) error {
	switch to {
	case simulated.InvalidTo:
		return apierror.Field("to", "The to field is a sandbox number that is always invalid.")
	case simulated.InsufficientBalance:
		return apierror.New(apierror.InsufficientBalance).With("available", 0).With("required", price.SandboxCredits)
	default:
		return nil
	}
}
