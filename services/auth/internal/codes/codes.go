// Package codes issues 6-digit codes to be mailed, and verifies them.
//
// A code has only a million values. Both the codes issued and the attempts to guess one are therefore counted in the
// database, per requester and per e-mail, before anything is compared. The package knows no accounts: known and
// unknown e-mails are handled alike.
package codes

import (
	"context"
	"crypto/subtle"
	"fmt"
	"strings"
	"time"

	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/outbox"
	"github.com/mintfax/mintfax/shared/postgres"
)

// Purpose is what a code can be exchanged for. A code of one purpose is invalid for the other.
type Purpose string

// The purposes.
const (
	Register Purpose = "register"
	SignIn   Purpose = "sign_in"
)

const (
	// Lifetime is how long a code is valid.
	Lifetime = 15 * time.Minute

	codesPerHour = 5 // of a requester for an e-mail, by purpose
	maxAttempts  = 5 // at a code
)

// Issuer issues and verifies codes.
type Issuer struct {
	key []byte
}

// Request asks for a code. Name is stored with it.
type Request struct {
	Purpose   Purpose
	Email     string
	Name      string
	Requester contract.Requester
}

// Attempt is an answer to the newest code of the requester.
type Attempt struct {
	Purpose   Purpose
	Email     string
	Code      string
	Requester contract.Requester
}

// Verified identifies a code that was answered correctly, with the name stored with it.
type Verified struct {
	ID   int64
	Name string
}

// Issue records a code and queues its mail through the outbox. The code replaces the requester's earlier ones for this
// e-mail. Issue returns a reference that identifies the request to the user. It fails with rate_limit_exceeded, and
// retry_after in seconds, when a quota is spent.
func (i *Issuer) Issue(ctx context.Context, db *postgres.DB, r Request) (reference string, err error) {
	row := codeRow{Email: canonical(r.Email), Address: r.Email, Purpose: r.Purpose, Name: r.Name, Seed: newSeed()}
	row.Asker, row.Network = i.requester(r.Requester), i.network(r.Requester)
	var wait time.Duration
	err = postgres.InTx(ctx, db, func(tx *postgres.DB) (err error) {
		s := store{tx}
		if wait, err = s.admit(&row); err != nil || wait > 0 {
			return err
		}
		if err := s.insert(&row); err != nil {
			return err
		}
		return outbox.Add(ctx, tx, "auth", outbox.Work(contract.MailCode, contract.MailCodeWork{CodeID: row.ID}))
	})
	if err != nil {
		return "", fmt.Errorf("record a code: %w", err)
	}
	if wait > 0 {
		return "", rateLimited(wait)
	}
	return i.reference(row), nil
}

// Verify counts an attempt at the requester's newest code, then compares. A code that is wrong, expired, used, requested
// by another requester or out of attempts is code_invalid in each case. Verify fails with rate_limit_exceeded when the
// requester's quota of wrong attempts for the e-mail is spent.
func (i *Issuer) Verify(ctx context.Context, db *postgres.DB, a Attempt) (Verified, error) {
	row := codeRow{Email: canonical(a.Email), Purpose: a.Purpose, Asker: i.requester(a.Requester), Network: i.network(a.Requester)}
	found, wait := false, time.Duration(0)
	err := postgres.InTx(ctx, db, func(tx *postgres.DB) (err error) {
		found, wait, err = store{tx}.countAttempt(&row)
		return err
	})
	if err != nil {
		return Verified{}, fmt.Errorf("count an attempt: %w", err)
	}
	if wait > 0 {
		return Verified{}, rateLimited(wait)
	}
	if !found || subtle.ConstantTimeCompare([]byte(i.code(row)), []byte(a.Code)) != 1 {
		return Verified{}, apierror.New(apierror.CodeInvalid)
	}
	return Verified{ID: row.ID, Name: row.Name}, nil
}

// Consume marks a verified code as used, in the transaction of its effect. Of concurrent calls, one succeeds; the
// others fail with code_invalid.
func (i *Issuer) Consume(ctx context.Context, tx *postgres.DB, id int64) error {
	consumed, err := store{tx.WithContext(ctx)}.consume(id)
	if err != nil {
		return fmt.Errorf("consume the code: %w", err)
	}
	if !consumed {
		return apierror.New(apierror.CodeInvalid)
	}
	return nil
}

func rateLimited(wait time.Duration) error {
	return apierror.New(apierror.RateLimitExceeded).With("retry_after", int(wait.Seconds())+1)
}

// canonical returns the form in which e-mails are compared. They are ASCII, so lower() in Postgres agrees.
func canonical(email string) string { return strings.ToLower(email) }
