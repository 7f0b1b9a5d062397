package intake

import (
	"time"

	"github.com/mintfax/mintfax/shared/contract"
)

// draft is a valid, priced submission on its way to become a fax.
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
