package intake

import (
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/carrier/simulated"
	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/contract"
)

// price turns a valid request into a draft with its rate and its carrier. Errors: destination_not_supported, and what the
// scenario of a sandbox number says.
func (s *Service) price(r contract.SubmitFaxRequest, attempts int) (d draft, err error) {
	d = draft{request: r, attempts: attempts, limits: s.Limits}
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

// rejectedScenario returns the error of a sandbox number whose scenario is a refusal.
func rejectedScenario(to string) error {
	switch to {
	case simulated.InvalidTo:
		return apierror.Field("to", "The to field is a sandbox number that is always invalid.")
	case simulated.InsufficientBalance:
		return apierror.New(apierror.InsufficientBalance).With("available", 0).With("required", sandboxCredits)
	default:
		return nil
	}
}

// billed returns the number of billed pages: three for one sandbox number, for any upload.
func (d draft) billed() int {
	if d.request.Tenant.EnvironmentType == contract.Sandbox && d.request.To == simulated.ThreePages {
		return 3
	}
	return d.pages
}

func (d draft) holdAmount() int64 { return int64(d.billed()) * d.rate }

func (d draft) quote() contract.FaxQuote {
	return contract.FaxQuote{
		Pages: d.billed(), Rate: d.rate, Amount: d.holdAmount(), Currency: contract.Currency,
		Destination: destination(d.request.Tenant.EnvironmentType, d.request.To),
	}
}
