package notices

import (
	"context"
	"fmt"

	"github.com/mintfax/mintfax/services/auth/internal/mail"
	"github.com/mintfax/mintfax/shared/bus"
	"github.com/mintfax/mintfax/shared/contract"
)

// Notices mails what it hears of.
type Notices struct {
	store     Store
	sender    mail.Sender
	publicURL string
}

// New returns notices whose links lead to publicURL.
func New(store Store, sender mail.Sender, publicURL string) *Notices {
	return &Notices{store: store, sender: sender, publicURL: publicURL}
}

// AutoTopUpPaused tells the owner of an account that it is not topped up by itself any more, and why. A message
// that comes again after its mail was sent does nothing; a crash between the two sends it twice.
func (n *Notices) AutoTopUpPaused(ctx context.Context, messageID string, e contract.AutoTopUpPausedEvent) error {
	told, err := n.store.handled(ctx, messageID)
	if err != nil || told {
		return err
	}
	email, found, err := n.store.email(ctx, e.AccountID)
	if err != nil {
		return err
	}
	if !found {
		return bus.Permanent(fmt.Errorf("there is no account %s to tell", e.AccountID))
	}
	if err := n.sender.Send(ctx, autoTopUpPaused(email, e.Reason, n.publicURL)); err != nil {
		return err
	}
	return n.store.remember(ctx, messageID)
}
