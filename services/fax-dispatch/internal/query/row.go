package query

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/mintfax/mintfax/shared/contract"
)

// faxRow is a row of fax.faxes, as far as its sender sees it.
type faxRow struct {
	ID              string
	AccountID       string
	EnvironmentID   string
	EnvironmentType contract.EnvironmentType
	Status          contract.FaxStatus
	ToNumber        *string
	Pages           int
	HoldAmount      int64
	ErrorCode       *string
	ErrorSubcode    *string
	ErrorMessage    *string
	MaxAttempts     int
	WebhookURL      *string
	IdempotencyKey  *string
	Tags            string
	CSID            *string `gorm:"column:csid"`
	PageSize        *string
	Resolution      *string
	OptimizeFor     *string
	NextAttemptAt   *time.Time
	SubmittedAt     *time.Time
	CompletedAt     *time.Time
	CreatedAt       time.Time
	UpdatedAt       time.Time
	ResentFrom      *string
	ErasedAt        *time.Time
}

func (r faxRow) tenant() contract.Tenant {
	return contract.Tenant{AccountID: r.AccountID, EnvironmentID: r.EnvironmentID, EnvironmentType: r.EnvironmentType}
}

func (r faxRow) fax(attempts []contract.FaxAttempt) (contract.Fax, error) {
	tags := map[string]string{}
	if err := json.Unmarshal([]byte(r.Tags), &tags); err != nil {
		return contract.Fax{}, fmt.Errorf("read the tags of a fax: %w", err)
	}
	if attempts == nil {
		attempts = []contract.FaxAttempt{}
	}
	return contract.Fax{
		ID: r.ID, Status: r.Status, To: r.ToNumber, Pages: r.Pages, HoldAmount: r.HoldAmount,
		ErrorCode: r.ErrorCode, ErrorSubcode: r.ErrorSubcode, ErrorMessage: r.ErrorMessage,
		MaxAttempts: r.MaxAttempts, Attempts: attempts, WebhookURL: r.WebhookURL,
		IdempotencyKey: r.IdempotencyKey, Tags: tags, CSID: r.CSID, PageSize: r.PageSize,
		Resolution: r.Resolution, OptimizeFor: r.OptimizeFor,
		NextAttemptAt: utc(r.NextAttemptAt), SubmittedAt: utc(r.SubmittedAt), CompletedAt: utc(r.CompletedAt),
		CreatedAt: r.CreatedAt.UTC(), UpdatedAt: r.UpdatedAt.UTC(), ResentFrom: r.ResentFrom, ErasedAt: utc(r.ErasedAt),
	}, nil
}

// attemptRow is a row of fax.attempts.
type attemptRow struct {
	FaxID        string
	Number       int
	StartedAt    time.Time
	CompletedAt  *time.Time
	ErrorCode    *string
	ErrorSubcode *string
	ErrorMessage *string
}

func (r attemptRow) attempt() contract.FaxAttempt {
	a := contract.FaxAttempt{
		AttemptNumber: r.Number, StartedAt: r.StartedAt.UTC(), CompletedAt: utc(r.CompletedAt),
		ErrorCode: r.ErrorCode, ErrorSubcode: r.ErrorSubcode, ErrorMessage: r.ErrorMessage,
	}
	if r.CompletedAt != nil {
		took := r.CompletedAt.Sub(r.StartedAt).Milliseconds()
		a.DurationMS = &took
	}
	return a
}

func utc(t *time.Time) *time.Time {
	if t == nil {
		return nil
	}
	converted := t.UTC()
	return &converted
}
