package codes

import (
	"context"
	"fmt"
	"time"

	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/postgres"
)

const (
	// trustedFor is how long a browser stays known after its last sign-in.
	trustedFor = 180 * 24 * time.Hour

	maxBrowsers = 10 // known browsers of an e-mail; the newest are kept
)

// TrustBrowser makes next, the new cookie of the requester's browser, a known browser of the e-mail. It belongs in the
// transaction that consumes a code. The browser's old cookie, which an attacker may have planted, becomes unknown.
// The quotas of a known browser count its own requests only.
func (i *Issuer) TrustBrowser(ctx context.Context, tx *postgres.DB, email string, old contract.Requester, next string) error {
	if old.Browser == "" || next == "" {
		return nil // a program, identified by its network, which others share
	}
	err := store{tx.WithContext(ctx)}.trustBrowser(canonical(email), i.browser(old.Browser), i.browser(next))
	if err != nil {
		return fmt.Errorf("trust the browser: %w", err)
	}
	return nil
}

func (s store) trustBrowser(email string, old, next []byte) error {
	if err := s.tx.Exec(`DELETE FROM auth.known_browsers WHERE email = ? AND browser = ?`, email, old).Error; err != nil {
		return err
	}
	err := s.tx.Exec(`INSERT INTO auth.known_browsers (email, browser) VALUES (?, ?)
		ON CONFLICT (email, browser) DO UPDATE SET known_at = now()`, email, next).Error
	if err != nil {
		return err
	}
	return s.tx.Exec(`DELETE FROM auth.known_browsers WHERE email = ? AND browser NOT IN
		(SELECT browser FROM auth.known_browsers WHERE email = ? ORDER BY known_at DESC, browser LIMIT ?)`, email, email, maxBrowsers).Error
}
