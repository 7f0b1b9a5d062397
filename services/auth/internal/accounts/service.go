// Package accounts registers accounts, signs their owners in, and manages accounts and their environments.
//
// Registration and sign-in run in two steps: a request has a code mailed (codes, Mailer), and the code is then
// exchanged for an account or a session. The first step answers alike whether or not the e-mail has an account.
package accounts

import (
	"context"

	"github.com/mintfax/mintfax/services/auth/internal/codes"
	"github.com/mintfax/mintfax/services/auth/internal/keys"
	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/crashpoint"
	"github.com/mintfax/mintfax/shared/postgres"
)

// Config holds the settings of a Service.
type Config struct {
	PublicURL   string // of the gateway, for links
	SandboxSeed int64  // credits of a new sandbox pool
	Pepper      keys.Pepper
}

// Service handles the requests about accounts and environments.
type Service struct {
	cfg       Config
	db        *postgres.DB
	codes     *codes.Issuer
	wakeRelay func() // makes the outbox relay look for messages at once
}

// New returns a service on auth's database.
func New(cfg Config, db *postgres.DB, issuer *codes.Issuer, wakeRelay func()) *Service {
	return &Service{cfg: cfg, db: db, codes: issuer, wakeRelay: wakeRelay}
}

// issueCode records a code; its mail is queued once issueCode has returned.
func (s *Service) issueCode(ctx context.Context, r codes.Request) (reference string, err error) {
	reference, err = s.codes.Issue(ctx, s.db, r)
	if err != nil {
		return "", err
	}
	crashpoint.Here(crashpoint.CodeIssued)
	s.wakeRelay()
	return reference, nil
}

func (s *Service) verifyCode(ctx context.Context, a codes.Attempt) (codes.Verified, error) {
	wrong := apierror.FieldErrors{}
	wrong.Add("email", contract.CheckEmail(a.Email))
	if a.Code == "" {
		wrong.Add("code", "The code field is required.")
	}
	if err := wrong.Err(); err != nil {
		return codes.Verified{}, err
	}
	return s.codes.Verify(ctx, s.db, a)
}

func (s *Service) activationURL() string { return s.cfg.PublicURL + "/dashboard/activate" }
