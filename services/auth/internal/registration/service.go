package registration

import (
	"context"
	"fmt"
	"strings"

	"github.com/mintfax/mintfax/services/auth/internal/check"
	"github.com/mintfax/mintfax/services/auth/internal/codes"
	"github.com/mintfax/mintfax/services/auth/internal/fields"
	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/crashpoint"
	"github.com/mintfax/mintfax/shared/postgres"
)

// Config is what registration needs to know.
type Config struct {
	PublicURL   string // of the gateway, for links in mails
	SandboxSeed int64  // credits of a new sandbox pool
	Pepper      check.Pepper
}

// Service registers accounts and signs people in.
type Service struct {
	cfg    Config
	db     *postgres.DB
	codes  *codes.Issuer
	wakeUp func() // tells the relay of the outbox that a message waits
}

// New returns a service on auth's database.
func New(cfg Config, db *postgres.DB, issuer *codes.Issuer, wakeUp func()) *Service {
	return &Service{cfg: cfg, db: db, codes: issuer, wakeUp: wakeUp}
}

// Register has a code mailed. Whether the e-mail has an account is told only in the mail, and only whoever mails it
// looks: what is done here is the same for every e-mail.
func (s *Service) Register(ctx context.Context, r contract.RegisterRequest) (contract.RegistrationCodeSent, error) {
	name, email := strings.TrimSpace(r.Name), strings.TrimSpace(r.Email)
	problems := fields.Problems{}
	problems.Add("name", fields.Name(name))
	problems.Add("email", fields.Email(email))
	if err := problems.Err(); err != nil {
		return contract.RegistrationCodeSent{}, err
	}
	reference, err := s.issue(ctx, codes.Request{Purpose: codes.Register, Email: email, Name: name, Asker: r.Asker})
	if err != nil {
		return contract.RegistrationCodeSent{}, err
	}
	return contract.RegistrationCodeSent{Reference: reference, RegisterReply: contract.RegisterReply{
		Email: email, Message: "Activation code sent. Valid for 15 minutes.", ExpiresIn: int(codes.Lifetime.Seconds()),
	}}, nil
}

// Verify exchanges a code for an account, once.
func (s *Service) Verify(ctx context.Context, r contract.VerifyRequest) (contract.Registered, error) {
	email := strings.TrimSpace(r.Email)
	guessed, err := s.guess(ctx, codes.Guess{Purpose: codes.Register, Email: email, Code: r.Code, Asker: r.Asker})
	if err != nil {
		return contract.Registered{}, err
	}
	registered := newAccount(guessed.Name, email, s.dashboardURL())
	err = postgres.InTx(ctx, s.db, func(tx *postgres.DB) error {
		if err := s.codes.Use(ctx, tx, guessed.ID); err != nil {
			return err
		}
		if err := s.codes.Know(ctx, tx, email, r.Asker, r.Next); err != nil {
			return err
		}
		if err := (store{tx}).create(ctx, &registered, s.cfg.Pepper, s.cfg.SandboxSeed); err != nil {
			return err
		}
		crashpoint.Here(crashpoint.AccountBeforeCommit)
		return nil
	})
	if postgres.IsUnique(err, "accounts_email") { // it has an account, or another code was quicker
		return contract.Registered{}, apierror.New(apierror.CodeInvalid)
	}
	if err != nil {
		return contract.Registered{}, err
	}
	crashpoint.Here(crashpoint.AccountCommitted)
	s.wakeUp()
	return registered, nil
}

// StartSignIn has a code mailed to a person who has an account; to others, nothing. Until then both are the same.
func (s *Service) StartSignIn(ctx context.Context, r contract.StartSignInRequest) (contract.CodeSent, error) {
	email := strings.TrimSpace(r.Email)
	problems := fields.Problems{}
	problems.Add("email", fields.Email(email))
	if err := problems.Err(); err != nil {
		return contract.CodeSent{}, err
	}
	reference, err := s.issue(ctx, codes.Request{Purpose: codes.SignIn, Email: email, Asker: r.Asker})
	return contract.CodeSent{Reference: reference}, err
}

// VerifySignIn exchanges a sign-in code for the account's id, once.
func (s *Service) VerifySignIn(ctx context.Context, r contract.VerifyRequest) (contract.SignedIn, error) {
	email := strings.TrimSpace(r.Email)
	guessed, err := s.guess(ctx, codes.Guess{Purpose: codes.SignIn, Email: email, Code: r.Code, Asker: r.Asker})
	if err != nil {
		return contract.SignedIn{}, err
	}
	account, known, err := store{s.db.WithContext(ctx)}.findAccount(email)
	if err != nil {
		return contract.SignedIn{}, fmt.Errorf("look the account up: %w", err)
	}
	if !known {
		return contract.SignedIn{}, apierror.New(apierror.CodeInvalid)
	}
	err = postgres.InTx(ctx, s.db, func(tx *postgres.DB) error {
		if err := s.codes.Use(ctx, tx, guessed.ID); err != nil {
			return err
		}
		return s.codes.Know(ctx, tx, email, r.Asker, r.Next)
	})
	if err != nil {
		return contract.SignedIn{}, err
	}
	return contract.SignedIn{AccountID: account.ID}, nil
}

// GetAccount returns an account.
func (s *Service) GetAccount(ctx context.Context, r contract.GetAccountRequest) (contract.Account, error) {
	account, known, err := store{s.db.WithContext(ctx)}.getAccount(r.AccountID)
	if err != nil {
		return contract.Account{}, fmt.Errorf("read the account: %w", err)
	}
	if !known {
		return contract.Account{}, apierror.New(apierror.NotFound)
	}
	return account, nil
}

// RenameAccount gives an account another name. Refusals: validation_failed, not_found.
func (s *Service) RenameAccount(ctx context.Context, r contract.RenameAccountRequest) (contract.Account, error) {
	name := strings.TrimSpace(r.Name)
	problems := fields.Problems{}
	problems.Add("name", fields.Name(name))
	if err := problems.Err(); err != nil {
		return contract.Account{}, err
	}
	account, known, err := store{s.db.WithContext(ctx)}.rename(r.AccountID, name)
	if err != nil {
		return contract.Account{}, fmt.Errorf("rename the account: %w", err)
	}
	if !known {
		return contract.Account{}, apierror.New(apierror.NotFound)
	}
	return account, nil
}

// issue makes a code whose mail is on its way once this has returned.
func (s *Service) issue(ctx context.Context, r codes.Request) (reference string, err error) {
	reference, err = s.codes.Issue(ctx, s.db, r)
	if err != nil {
		return "", err
	}
	crashpoint.Here(crashpoint.CodeIssued)
	s.wakeUp()
	return reference, nil
}

func (s *Service) guess(ctx context.Context, g codes.Guess) (codes.Guessed, error) {
	problems := fields.Problems{}
	problems.Add("email", fields.Email(g.Email))
	if g.Code == "" {
		problems.Add("code", "The code field is required.")
	}
	if err := problems.Err(); err != nil {
		return codes.Guessed{}, err
	}
	return s.codes.Guess(ctx, s.db, g)
}

func (s *Service) dashboardURL() string { return s.cfg.PublicURL + "/dashboard/activate" }
