package registration

import (
	"context"
	"fmt"
	"strings"

	"github.com/mintfax/mintfax/services/auth/internal/check"
	"github.com/mintfax/mintfax/services/auth/internal/codes"
	"github.com/mintfax/mintfax/services/auth/internal/fields"
	"github.com/mintfax/mintfax/services/auth/internal/mail"
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
	mail   mail.Sender
	wakeUp func() // tells the relay of the outbox that a message waits
}

// New returns a service on auth's database.
func New(cfg Config, db *postgres.DB, issuer *codes.Issuer, sender mail.Sender, wakeUp func()) *Service {
	return &Service{cfg: cfg, db: db, codes: issuer, mail: sender, wakeUp: wakeUp}
}

// Register mails a code. Whether the e-mail has an account is told only in the mail.
func (s *Service) Register(ctx context.Context, r contract.RegisterRequest) (contract.RegisterReply, error) {
	name, email := strings.TrimSpace(r.Name), strings.TrimSpace(r.Email)
	problems := fields.Problems{}
	problems.Add("name", fields.Name(name))
	problems.Add("email", fields.Email(email))
	if err := problems.Err(); err != nil {
		return contract.RegisterReply{}, err
	}
	account, known, err := store{s.db.WithContext(ctx)}.findAccount(email)
	if err != nil {
		return contract.RegisterReply{}, fmt.Errorf("look the account up: %w", err)
	}
	var message mail.Message
	if known {
		message, err = s.notice(ctx, account.Email)
	} else {
		message, err = s.welcome(ctx, email, name)
	}
	if err != nil {
		return contract.RegisterReply{}, err
	}
	crashpoint.Here(crashpoint.CodeIssued)
	if err := s.send(ctx, message); err != nil {
		return contract.RegisterReply{}, err
	}
	return contract.RegisterReply{
		Email: email, Message: "Activation code sent. Valid for 15 minutes.", ExpiresIn: int(codes.Lifetime.Seconds()),
	}, nil
}

// Verify exchanges a code for an account, once.
func (s *Service) Verify(ctx context.Context, r contract.VerifyRequest) (contract.Registered, error) {
	email := strings.TrimSpace(r.Email)
	codeID, name, err := s.guess(ctx, codes.Register, email, r.Code)
	if err != nil {
		return contract.Registered{}, err
	}
	registered := newAccount(name, email, s.dashboardURL())
	err = postgres.InTx(ctx, s.db, func(tx *postgres.DB) error {
		if err := s.codes.Use(ctx, tx, codeID); err != nil {
			return err
		}
		if err := (store{tx}).create(ctx, &registered, s.cfg.Pepper, s.cfg.SandboxSeed); err != nil {
			return err
		}
		crashpoint.Here(crashpoint.AccountBeforeCommit)
		return nil
	})
	if postgres.IsUnique(err, "accounts_email") { // another code for the same e-mail was quicker
		return contract.Registered{}, apierror.New(apierror.CodeInvalid)
	}
	if err != nil {
		return contract.Registered{}, err
	}
	crashpoint.Here(crashpoint.AccountCommitted)
	s.wakeUp()
	return registered, nil
}

// StartSignIn mails a code to a person who has an account; to others, nothing. The answer is the same.
func (s *Service) StartSignIn(ctx context.Context, r contract.StartSignInRequest) (contract.None, error) {
	email := strings.TrimSpace(r.Email)
	problems := fields.Problems{}
	problems.Add("email", fields.Email(email))
	if err := problems.Err(); err != nil {
		return contract.None{}, err
	}
	account, known, err := store{s.db.WithContext(ctx)}.findAccount(email)
	if err != nil {
		return contract.None{}, fmt.Errorf("look the account up: %w", err)
	}
	code, err := s.codes.Issue(ctx, s.db, codes.SignIn, email, "")
	if err != nil || !known {
		return contract.None{}, err
	}
	return contract.None{}, s.send(ctx, signInCode(account.Email, code))
}

// VerifySignIn exchanges a sign-in code for the account's id, once.
func (s *Service) VerifySignIn(ctx context.Context, r contract.VerifyRequest) (contract.SignedIn, error) {
	email := strings.TrimSpace(r.Email)
	codeID, _, err := s.guess(ctx, codes.SignIn, email, r.Code)
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
	if err := s.codes.Use(ctx, s.db, codeID); err != nil {
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

// welcome is the mail to somebody new, with a code.
func (s *Service) welcome(ctx context.Context, email, name string) (mail.Message, error) {
	code, err := s.codes.Issue(ctx, s.db, codes.Register, email, name)
	return registrationCode(email, code), err
}

// notice is the mail to somebody who has an account. It counts as a code does.
func (s *Service) notice(ctx context.Context, email string) (mail.Message, error) {
	return alreadyRegistered(email, s.dashboardURL()), s.codes.Note(ctx, s.db, email)
}

func (s *Service) guess(ctx context.Context, purpose codes.Purpose, email, code string) (int64, string, error) {
	problems := fields.Problems{}
	problems.Add("email", fields.Email(email))
	if code == "" {
		problems.Add("code", "The code field is required.")
	}
	if err := problems.Err(); err != nil {
		return 0, "", err
	}
	return s.codes.Guess(ctx, s.db, purpose, email, code)
}

func (s *Service) send(ctx context.Context, m mail.Message) error {
	if err := s.mail.Send(ctx, m); err != nil {
		return apierror.Wrap(apierror.ServiceUnavailable, err)
	}
	return nil
}

func (s *Service) dashboardURL() string { return s.cfg.PublicURL + "/dashboard/activate" }
