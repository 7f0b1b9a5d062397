package accounts

import (
	"context"
	"fmt"
	"strings"

	"github.com/mintfax/mintfax/services/auth/internal/codes"
	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/postgres"
)

// StartSignIn has a sign-in code mailed if the e-mail has an account. The answer is the same either way: like
// Register, it does not look the e-mail up.
func (s *Service) StartSignIn(ctx context.Context, r contract.StartSignInRequest) (contract.CodeSent, error) {
	email := strings.TrimSpace(r.Email)
	wrong := apierror.FieldErrors{}
	wrong.Add("email", contract.CheckEmail(email))
	if err := wrong.Err(); err != nil {
		return contract.CodeSent{}, err
	}
	reference, err := s.issueCode(ctx, codes.Request{Purpose: codes.SignIn, Email: email, Requester: r.Requester})
	return contract.CodeSent{Reference: reference}, err
}

// VerifySignIn exchanges a sign-in code for the account's id, once.
func (s *Service) VerifySignIn(ctx context.Context, r contract.VerifyRequest) (contract.SignedIn, error) {
	email := strings.TrimSpace(r.Email)
	verified, err := s.verifyCode(ctx, codes.Attempt{Purpose: codes.SignIn, Email: email, Code: r.Code, Requester: r.Requester})
	if err != nil {
		return contract.SignedIn{}, err
	}
	account, found, err := store{s.db.WithContext(ctx)}.accountByEmail(email)
	if err != nil {
		return contract.SignedIn{}, fmt.Errorf("look the account up: %w", err)
	}
	if !found {
		return contract.SignedIn{}, apierror.New(apierror.CodeInvalid)
	}
	err = postgres.InTx(ctx, s.db, func(tx *postgres.DB) error {
		if err := s.codes.Consume(ctx, tx, verified.ID); err != nil {
			return err
		}
		return s.codes.TrustBrowser(ctx, tx, email, r.Requester, r.Next)
	})
	if err != nil {
		return contract.SignedIn{}, err
	}
	return contract.SignedIn{AccountID: account.ID}, nil
}
