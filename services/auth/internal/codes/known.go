package codes

import (
	"context"
	"fmt"
	"time"

	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/postgres"
)

const (
	// KnownFor is how long a browser is known after it was last signed in with.
	KnownFor = 180 * 24 * time.Hour

	maxKnown = 10 // browsers of an e-mail, the newest
)

// Know makes next, the cookie that the asker's browser gets, a known browser of the e-mail, in the transaction in
// which a code proved that it is the owner's. The cookie that it had before, which somebody else may have planted, is
// none any more. A known browser signs in without anything being counted against it that others did.
func (i *Issuer) Know(ctx context.Context, tx *postgres.DB, email string, before contract.Asker, next string) error {
	if before.Browser == "" || next == "" {
		return nil // a program: its network is not its alone
	}
	err := store{tx.WithContext(ctx)}.know(canonical(email), i.browser(before.Browser), i.browser(next))
	if err != nil {
		return fmt.Errorf("know the browser: %w", err)
	}
	return nil
}

func (s store) know(email string, before, next []byte) error {
	if err := s.tx.Exec(`DELETE FROM auth.known_browsers WHERE email = ? AND browser = ?`, email, before).Error; err != nil {
		return err
	}
	err := s.tx.Exec(`INSERT INTO auth.known_browsers (email, browser) VALUES (?, ?)
		ON CONFLICT (email, browser) DO UPDATE SET known_at = now()`, email, next).Error
	if err != nil {
		return err
	}
	return s.tx.Exec(`DELETE FROM auth.known_browsers WHERE email = ? AND browser NOT IN
		(SELECT browser FROM auth.known_browsers WHERE email = ? ORDER BY known_at DESC, browser LIMIT ?)`, email, email, maxKnown).Error
}
