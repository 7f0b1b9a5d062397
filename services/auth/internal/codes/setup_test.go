package codes_test

import (
	"crypto/sha256"
	"encoding/hex"
	"testing"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"github.com/mintfax/mintfax/services/auth/internal/codes"
	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/postgres"
	"github.com/mintfax/mintfax/shared/postgres/pgtest"
)

const email = "Dev@Example.com"

var program = contract.Requester{Network: "198.51.100.1"}

type fixture struct {
	*codes.Issuer
	db, admin *gorm.DB
}

func newFixture(t *testing.T) fixture {
	t.Helper()
	d := pgtest.New(t)
	return fixture{Issuer: codes.NewIssuer([]byte("pepper")), db: d.Open(t, "auth"), admin: d.Admin(t)}
}

func cookie(value string) string {
	sum := sha256.Sum256([]byte(value))
	return hex.EncodeToString(sum[:])
}

func browser(value, network string) contract.Requester {
	return contract.Requester{Browser: cookie(value), Network: network}
}

// issue requests a code and returns the one that would be mailed.
func (f fixture) issue(t *testing.T, purpose codes.Purpose, address string, requester contract.Requester) (string, error) {
	t.Helper()
	reference, err := f.Issue(t.Context(), f.db, codes.Request{Purpose: purpose, Email: address, Name: "Dev", Requester: requester})
	if err != nil {
		return "", err
	}
	require.Regexp(t, `^[B-Z]{4}$`, reference)
	var ids []int64
	require.NoError(t, f.admin.Raw(`SELECT id FROM auth.email_codes ORDER BY id DESC`).Scan(&ids).Error)
	for _, id := range ids {
		d, found, err := f.Delivery(t.Context(), f.db, id)
		require.NoError(t, err)
		if found && d.Reference == reference {
			require.Regexp(t, `^\d{6}$`, d.Code)
			require.Equal(t, address, d.Address)
			return d.Code, nil
		}
	}
	t.Fatal("no code has the reference")
	return "", nil
}

func (f fixture) mustIssue(t *testing.T, purpose codes.Purpose, requester contract.Requester) string {
	t.Helper()
	code, err := f.issue(t, purpose, email, requester)
	require.NoError(t, err)
	return code
}

func (f fixture) verify(t *testing.T, purpose codes.Purpose, code string, requester contract.Requester) (codes.Verified, error) {
	t.Helper()
	return f.Verify(t.Context(), f.db, codes.Attempt{Purpose: purpose, Email: email, Code: code, Requester: requester})
}

// consume consumes a verified code and makes next a known browser.
func (f fixture) consume(t *testing.T, id int64, requester contract.Requester, next string) error {
	t.Helper()
	return postgres.InTx(t.Context(), f.db, func(tx *gorm.DB) error {
		if err := f.Consume(t.Context(), tx, id); err != nil {
			return err
		}
		return f.TrustBrowser(t.Context(), tx, email, requester, next)
	})
}

// signIn requests a code, answers it and consumes it.
func (f fixture) signIn(t *testing.T, requester contract.Requester, next string) error {
	t.Helper()
	code, err := f.issue(t, codes.SignIn, email, requester)
	if err != nil {
		return err
	}
	verified, err := f.verify(t, codes.SignIn, code, requester)
	if err != nil {
		return err
	}
	return f.consume(t, verified.ID, requester, next)
}

// wrong returns a code other than the right one.
func wrong(right string) string {
	if right == "000000" {
		return "000001"
	}
	return "000000"
}

func requireInvalid(t *testing.T, err error, message ...any) {
	t.Helper()
	require.Equal(t, apierror.New(apierror.CodeInvalid), err, message...)
}

func requireRetryAfter(t *testing.T, err error, most int) {
	t.Helper()
	var refusal *apierror.Error
	require.ErrorAs(t, err, &refusal)
	require.Equal(t, apierror.RateLimitExceeded, refusal.Code)
	seconds, ok := refusal.Context["retry_after"].(int)
	require.True(t, ok)
	require.Positive(t, seconds)
	require.LessOrEqual(t, seconds, most)
}
