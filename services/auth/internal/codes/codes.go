package codes

import (
	"context"
	"crypto/subtle"
	"fmt"
	"strings"
	"time"

	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/postgres"
	"github.com/mintfax/mintfax/shared/postgres/outbox"
)

// Purpose is what a code is good for. A code of one purpose is worth nothing for another.
type Purpose string

// The purposes.
const (
	Register Purpose = "register"
	SignIn   Purpose = "sign_in"
)

const (
	// Lifetime is how long a code can be used.
	Lifetime = 15 * time.Minute

	perHour    = 5 // codes of an asker for an e-mail, by purpose
	maxGuesses = 5 // for a code
)

// Issuer makes codes and judges guesses.
type Issuer struct {
	key []byte
}

// Request asks for a code. Name is kept with it.
type Request struct {
	Purpose Purpose
	Email   string
	Name    string
	Asker   contract.Asker
}

// Guess is an asker's answer to the newest code that it asked for.
type Guess struct {
	Purpose Purpose
	Email   string
	Code    string
	Asker   contract.Asker
}

// Guessed is a code that was guessed rightly, with the name kept with it.
type Guessed struct {
	ID   int64
	Name string
}

// Issue makes a code, which replaces those that the asker had for this e-mail, and puts the work of mailing it into
// the outbox. Whether the e-mail has an account is not looked at. The reference tells requests apart. The refusal is
// rate_limit_exceeded, with retry_after in seconds.
func (i *Issuer) Issue(ctx context.Context, db *postgres.DB, r Request) (reference string, err error) {
	row := codeRow{Email: canonical(r.Email), Address: r.Email, Purpose: r.Purpose, Name: r.Name, Seed: newSeed()}
	row.Asker, row.Network = i.asker(r.Asker), i.network(r.Asker)
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
		return "", tooOften(wait)
	}
	return i.reference(row), nil
}

// Guess spends one guess on the newest code of the asker. Wrong, expired, used, somebody else's and too often are all
// code_invalid; rate_limit_exceeded says that the asker's share of guesses for the e-mail is spent.
func (i *Issuer) Guess(ctx context.Context, db *postgres.DB, g Guess) (Guessed, error) {
	row := codeRow{Email: canonical(g.Email), Purpose: g.Purpose, Asker: i.asker(g.Asker), Network: i.network(g.Asker)}
	found, wait := false, time.Duration(0)
	err := postgres.InTx(ctx, db, func(tx *postgres.DB) (err error) {
		found, wait, err = store{tx}.spendGuess(&row)
		return err
	})
	if err != nil {
		return Guessed{}, fmt.Errorf("spend a guess: %w", err)
	}
	if wait > 0 {
		return Guessed{}, tooOften(wait)
	}
	if !found || subtle.ConstantTimeCompare([]byte(i.code(row)), []byte(g.Code)) != 1 {
		return Guessed{}, apierror.New(apierror.CodeInvalid)
	}
	return Guessed{ID: row.ID, Name: row.Name}, nil
}

// Use marks a rightly guessed code as used, in the transaction of its effect. Of several at once, one
// succeeds.
func (i *Issuer) Use(ctx context.Context, tx *postgres.DB, id int64) error {
	used, err := store{tx.WithContext(ctx)}.use(id)
	if err != nil {
		return fmt.Errorf("use the code: %w", err)
	}
	if !used {
		return apierror.New(apierror.CodeInvalid)
	}
	return nil
}

func tooOften(wait time.Duration) error {
	return apierror.New(apierror.RateLimitExceeded).With("retry_after", int(wait.Seconds())+1)
}

// canonical is how e-mails are compared. They are ASCII, so the database agrees on the letters.
func canonical(email string) string { return strings.ToLower(email) }
