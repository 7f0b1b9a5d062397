package codes

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"math/big"
	"strings"
	"time"

	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/postgres"
)

// Purpose is what a code is good for. A code of one purpose is worth nothing for another.
type Purpose string

// The purposes. Notice is a mail without a code; it counts towards the registration limit, so that
// the limit tells nothing about who has an account.
const (
	Register Purpose = "register"
	SignIn   Purpose = "sign_in"
	Notice   Purpose = "notice"
)

const (
	// Lifetime is how long a code can be used.
	Lifetime = 15 * time.Minute

	perHour    = 5 // codes for an e-mail, by purpose
	maxGuesses = 5 // for a code
)

// Issuer makes codes. Only a keyed digest of a code is stored.
type Issuer struct {
	key []byte
}

// NewIssuer derives the codes' key from the pepper.
func NewIssuer(pepper []byte) *Issuer {
	mac := hmac.New(sha256.New, pepper)
	mac.Write([]byte("mailed codes"))
	return &Issuer{key: mac.Sum(nil)}
}

// Issue makes a code for an e-mail, which replaces the codes before it. Name is kept with it. The
// refusal is rate_limit_exceeded after 5 in an hour, with retry_after in seconds.
func (i *Issuer) Issue(ctx context.Context, db *postgres.DB, purpose Purpose, email, name string) (string, error) {
	code, err := random()
	if err != nil {
		return "", err
	}
	return code, i.record(ctx, db, purpose, email, name, i.hash(purpose, email, code))
}

// Note counts a mail without a code like a registration code.
func (i *Issuer) Note(ctx context.Context, db *postgres.DB, email string) error {
	return i.record(ctx, db, Notice, email, "", nil)
}

// Guess spends one guess on the newest code of an e-mail. It returns the id and the name kept with
// the code when the guess is right. Wrong, expired, used, unknown and too often are all code_invalid.
func (i *Issuer) Guess(ctx context.Context, db *postgres.DB, purpose Purpose, email, code string) (int64, string, error) {
	row, err := store{db.WithContext(ctx)}.spendGuess(purpose, canonical(email))
	if err != nil {
		return 0, "", fmt.Errorf("spend a guess: %w", err)
	}
	if !hmac.Equal(row.CodeHash, i.hash(purpose, email, code)) {
		return 0, "", apierror.New(apierror.CodeInvalid)
	}
	return row.ID, row.Name, nil
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

func (i *Issuer) record(ctx context.Context, db *postgres.DB, purpose Purpose, email, name string, hash []byte) error {
	var wait time.Duration
	err := postgres.InTx(ctx, db, func(tx *postgres.DB) (err error) {
		wait, err = store{tx}.insert(purpose, canonical(email), name, hash)
		return err
	})
	if err != nil {
		return fmt.Errorf("record a code: %w", err)
	}
	if wait > 0 {
		return apierror.New(apierror.RateLimitExceeded).With("retry_after", int(wait.Seconds())+1)
	}
	return nil
}

// hash binds the code to its e-mail and purpose, so that none can stand in for another.
func (i *Issuer) hash(purpose Purpose, email, code string) []byte {
	mac := hmac.New(sha256.New, i.key)
	fmt.Fprintf(mac, "%s\x00%s\x00%s", purpose, canonical(email), code)
	return mac.Sum(nil)
}

// canonical is how e-mails are compared. They are ASCII, so the database agrees on the letters.
func canonical(email string) string { return strings.ToLower(email) }

func random() (string, error) {
	n, err := rand.Int(rand.Reader, big.NewInt(1_000_000))
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%06d", n), nil
}
