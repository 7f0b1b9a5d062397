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
	"github.com/mintfax/mintfax/shared/contract"
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

// Lifetime is how long a code can be used.
const Lifetime = 15 * time.Minute

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

// Issue makes a code for an e-mail in the caller's transaction. It is good for its asker and replaces that asker's codes
// before it. Name is kept with it. The refusal is rate_limit_exceeded, with retry_after in seconds; see bounds.
func (i *Issuer) Issue(ctx context.Context, tx *postgres.DB, purpose Purpose, email, name string, asker contract.Asker) (string, error) {
	code, err := random()
	if err != nil {
		return "", err
	}
	return code, i.record(ctx, tx, purpose, email, name, asker, i.hash(purpose, email, code))
}

// Note counts a mail without a code like a registration code.
func (i *Issuer) Note(ctx context.Context, tx *postgres.DB, email string, asker contract.Asker) error {
	return i.record(ctx, tx, Notice, email, "", asker, nil)
}

// Guess spends one guess on the newest code that the asker has for an e-mail. It returns the id and the name kept with
// the code when the guess is right. Wrong, expired, used, unknown, somebody else's and too often are all code_invalid.
func (i *Issuer) Guess(ctx context.Context, db *postgres.DB, purpose Purpose, email, code string, asker contract.Asker) (int64, string, error) {
	row, err := store{db.WithContext(ctx)}.spendGuess(purpose, canonical(email), i.mark(asker).who)
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

func (i *Issuer) record(ctx context.Context, tx *postgres.DB, purpose Purpose, email, name string, asker contract.Asker, hash []byte) error {
	wait, err := store{tx.WithContext(ctx)}.insert(purpose, canonical(email), name, i.mark(asker), hash)
	if err != nil {
		return fmt.Errorf("record a code: %w", err)
	}
	if wait > 0 {
		return apierror.New(apierror.RateLimitExceeded).With("retry_after", int(wait.Seconds())+1)
	}
	return nil
}

// Know remembers that the owner of an e-mail was at an address, in the transaction that proved it.
func (i *Issuer) Know(ctx context.Context, tx *postgres.DB, email string, asker contract.Asker) error {
	if err := (store{tx.WithContext(ctx)}).know(canonical(email), i.mark(asker).address); err != nil {
		return fmt.Errorf("remember the address: %w", err)
	}
	return nil
}

// marks are keyed digests of an asker.
type marks struct{ who, address []byte }

func (i *Issuer) mark(asker contract.Asker) marks {
	digest := func(kind, value string) []byte {
		mac := hmac.New(sha256.New, i.key)
		fmt.Fprintf(mac, "asker\x00%s\x00%s", kind, value)
		return mac.Sum(nil)
	}
	address := digest("address", asker.Address)
	if asker.Browser == "" {
		return marks{who: address, address: address}
	}
	return marks{who: digest("browser", asker.Browser), address: address}
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
