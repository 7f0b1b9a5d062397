package dispatch

import (
	"time"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/carrier"
	"github.com/mintfax/mintfax/shared/contract"
)

// attempt is one try at delivering a fax, with what is needed of the fax.
type attempt struct {
	ID          string
	FaxID       string
	Number      int
	Carrier     string
	Tenant      contract.Tenant `gorm:"embedded"`
	ToNumber    string
	Pages       int
	CSID        string `gorm:"column:csid"`
	MaxAttempts int
}

func (a attempt) call(files []contract.StagedFile) carrier.Call {
	return carrier.Call{
		AttemptID: a.ID, FaxID: a.FaxID, Number: a.Number, To: a.ToNumber, Pages: a.Pages, CSID: a.CSID, Documents: files,
	}
}

func (a attempt) work() contract.DispatchFaxWork {
	return contract.DispatchFaxWork{FaxID: a.FaxID, AttemptNumber: a.Number}
}

func (a attempt) event(status contract.FaxStatus, errorCode string) contract.FaxEvent {
	return contract.FaxEvent{
		Tenant: a.Tenant, FaxID: a.FaxID, Status: status, AttemptNumber: a.Number, Pages: a.Pages,
		ErrorCode: errorCode, OccurredAt: time.Now().UTC(),
	}
}
