package accounts

import (
	"context"
	"strings"
	"time"

	"github.com/mintfax/mintfax/services/auth/internal/codes"
	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/crashpoint"
	"github.com/mintfax/mintfax/shared/ids"
	"github.com/mintfax/mintfax/shared/postgres"
)

// Register has a registration code mailed. It does not look the e-mail up; the Mailer does, so that neither the
// answer nor its timing discloses whether the e-mail has an account.
func (s *Service) Register(ctx context.Context, r contract.RegisterRequest) (contract.RegistrationCodeSent, error) {
	name, email := strings.TrimSpace(r.Name), strings.TrimSpace(r.Email)
	wrong := apierror.FieldErrors{}
	wrong.Add("name", contract.CheckName(name))
	wrong.Add("email", contract.CheckEmail(email))
	if err := wrong.Err(); err != nil {
		return contract.RegistrationCodeSent{}, err
	}
	reference, err := s.issueCode(ctx, codes.Request{Purpose: codes.Register, Email: email, Name: name, Requester: r.Requester})
	if err != nil {
		return contract.RegistrationCodeSent{}, err
	}
	return contract.RegistrationCodeSent{Reference: reference, RegisterReply: contract.RegisterReply{
		Email: email, Message: "Activation code sent. Valid for 15 minutes.", ExpiresIn: int(codes.Lifetime.Seconds()),
	}}, nil
}

// VerifyRegistration exchanges a registration code for an account, once.
func (s *Service) VerifyRegistration(ctx context.Context, r contract.VerifyRequest) (contract.Registered, error) {
	email := strings.TrimSpace(r.Email)
	verified, err := s.verifyCode(ctx, codes.Attempt{Purpose: codes.Register, Email: email, Code: r.Code, Requester: r.Requester})
	if err != nil {
		return contract.Registered{}, err
	}
	registered := newAccount(verified.Name, email, s.activationURL())
	err = postgres.InTx(ctx, s.db, func(tx *postgres.DB) error {
		if err := s.codes.Consume(ctx, tx, verified.ID); err != nil {
			return err
		}
		if err := s.codes.TrustBrowser(ctx, tx, email, r.Requester, r.Next); err != nil {
			return err
		}
		if err := (store{tx}).create(ctx, &registered, s.cfg.Pepper, s.cfg.SandboxSeed); err != nil {
			return err
		}
		crashpoint.Here(crashpoint.AccountBeforeCommit)
		return nil
	})
	if postgres.IsUnique(err, "accounts_email") { // the e-mail had an account, or another code won the race
		return contract.Registered{}, apierror.New(apierror.CodeInvalid)
	}
	if err != nil {
		return contract.Registered{}, err
	}
	crashpoint.Here(crashpoint.AccountCommitted)
	s.wakeRelay()
	return registered, nil
}

// newAccount draws the ids of an account and its two environments. It runs before the transaction, which may be
// repeated.
func newAccount(name, email, activationURL string) contract.Registered {
	now := time.Now().UTC().Truncate(time.Microsecond) // the precision of Postgres
	account := contract.Account{ID: ids.New(ids.Account), Name: name, Email: email, CreatedAt: now}
	sandbox := contract.Environment{ID: ids.New(ids.Environment), Name: "Sandbox", Type: contract.Sandbox, AccountID: account.ID, CreatedAt: now}
	live := contract.Environment{ID: ids.New(ids.Environment), Name: "Live", Type: contract.Live, AccountID: account.ID, CreatedAt: now}
	return contract.Registered{
		Account:           account,
		Environments:      []contract.Environment{sandbox, live},
		LiveEnvironmentID: live.ID,
		DashboardURL:      activationURL,
	}
}
