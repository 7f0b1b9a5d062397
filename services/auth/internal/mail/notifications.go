package mail

import (
	"context"
	"fmt"

	"github.com/mintfax/mintfax/shared/bus"
	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/postgres"
)

// Notifier mails account owners about events of other services.
type Notifier struct {
	store     store
	sender    Sender
	publicURL string
}

// NewNotifier returns a notifier on auth's database. The links in its mails lead to publicURL.
func NewNotifier(db *postgres.DB, sender Sender, publicURL string) *Notifier {
	return &Notifier{store: store{db}, sender: sender, publicURL: publicURL}
}

// AutoTopUpPaused notifies the owner of an account that automatic top-up is paused, and why. A message that is
// redelivered after its mail was sent has no effect; a crash between the two sends the mail twice.
func (n *Notifier) AutoTopUpPaused(ctx context.Context, messageID string, e contract.AutoTopUpPausedEvent) error {
	handled, err := n.store.handled(ctx, messageID)
	if err != nil || handled {
		return err
	}
	email, found, err := n.store.email(ctx, e.AccountID)
	if err != nil {
		return err
	}
	if !found {
		return bus.Permanent(fmt.Errorf("account %s does not exist", e.AccountID))
	}
	if err := n.sender.Send(ctx, autoTopUpPaused(email, e.Reason, n.publicURL)); err != nil {
		return err
	}
	return n.store.markHandled(ctx, messageID)
}
