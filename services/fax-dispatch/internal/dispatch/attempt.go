package dispatch

import (
	"cmp"
	"strings"
	"time"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/carrier"
	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/faxpage"
)

// attempt is one try to deliver a fax, with the fields it needs of the fax.
type attempt struct {
	ID          string
	FaxID       string
	Number      int
	Carrier     string
	Tenant      contract.Tenant `gorm:"embedded"`
	ToNumber    string
	Pages       int
	CSID        string `gorm:"column:csid"`
	Resolution  string
	MaxAttempts int
	FirstAt     time.Time // when the first attempt of the fax began
	Size        int64     // of the document, in bytes
	StartedAt   time.Time
	PlacedAt    *time.Time // when its carrier was last asked to place it
	CarrierRef  string
	Rounds      int    // in which no carrier took it
	RefusedBy   string // carriers that are excluded from it, joined by commas
	Earlier     string // the carriers' failure codes of earlier attempts, joined by commas
}

func (a attempt) call(file contract.StagedFile) carrier.Call {
	return carrier.Call{
		AttemptID: a.ID, FaxID: a.FaxID, Number: a.Number, To: a.ToNumber, Pages: a.Pages, CSID: a.CSID,
		Resolution: faxpage.Resolution(cmp.Or(a.Resolution, string(faxpage.Fine))), Document: file, Earlier: split(a.Earlier),
	}
}

func (a attempt) placed() carrier.Placed {
	at := a.StartedAt
	if a.PlacedAt != nil {
		at = *a.PlacedAt
	}
	return carrier.Placed{AttemptID: a.ID, Ref: a.CarrierRef, To: a.ToNumber, At: at, Size: a.Size}
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

// unplaced reports whether no carrier has been asked to place the attempt.
func (a attempt) unplaced() bool { return a.PlacedAt == nil }

// split reads what the database has joined with commas. No carrier's name or word contains one.
func split(joined string) []string {
	if joined == "" {
		return nil
	}
	return strings.Split(joined, ",")
}
