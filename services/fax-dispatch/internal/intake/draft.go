package intake

import (
	"time"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/carrier/simulated"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/intake/price"
	"github.com/mintfax/mintfax/shared/contract"
)

// draft is a submission that has been judged good, on its way to become a fax.
type draft struct {
	request    contract.SubmitFaxRequest
	id         string
	createdAt  time.Time
	limits     Limits
	attempts   int
	pages      int
	rate       int64
	carrier    string
	document   contract.StagedFile // its pages
	resentFrom *string             // the fax of which it is a copy
}

// billed is how many pages are paid for: one sandbox number has three, whatever was uploaded.
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
		Destination: price.Of(d.request.Tenant.EnvironmentType, d.request.To),
	}
}

func (d draft) hold() contract.PlaceHoldRequest {
	tenant := d.request.Tenant
	return contract.PlaceHoldRequest{
		Reference: d.id, AccountID: tenant.AccountID, EnvironmentID: tenant.EnvironmentID,
		BalanceType: tenant.EnvironmentType, Amount: d.holdAmount(),
	}
}

func (d draft) submitted() contract.SubmittedFax {
	tags := d.request.Tags
	if tags == nil {
		tags = map[string]string{}
	}
	return contract.SubmittedFax{Fax: contract.FaxSubmission{
		ID: d.id, Status: contract.FaxStatusQueued, To: &d.request.To, Pages: d.billed(),
		HoldAmount: d.holdAmount(), Tags: tags, CreatedAt: d.createdAt, ResentFrom: d.resentFrom,
	}}
}
