package mail

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/ids"
	"github.com/mintfax/mintfax/shared/postgres"
	"github.com/mintfax/mintfax/shared/postgres/outbox"
)

// lifetime is how long a mail is worth sending: as long as the code in it.
const lifetime = 15 * time.Minute

// Queue keeps mails until they are sent, so that nobody waits for the mail server and nobody learns from it who has
// an account. What crosses the broker is an id; the mail itself waits in the database, sealed, since it has a code in it.
type Queue struct {
	db     *postgres.DB
	sealer cipher.AEAD
	sender Sender
}

// NewQueue returns a queue on auth's database that sends by sender. The key of its seal is derived from the pepper.
func NewQueue(db *postgres.DB, pepper []byte, sender Sender) (*Queue, error) {
	mac := hmac.New(sha256.New, pepper)
	mac.Write([]byte("queued mails"))
	block, err := aes.NewCipher(mac.Sum(nil))
	if err != nil {
		return nil, err
	}
	sealer, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return nil, err
	}
	return &Queue{db: db, sealer: sealer, sender: sender}, nil
}

// Put keeps a mail in the caller's transaction. A mail to nobody is kept and dropped like any other, so that an address
// without an account costs the same work.
func (q *Queue) Put(ctx context.Context, tx *postgres.DB, m Message) error {
	text, err := json.Marshal(m)
	if err != nil {
		return err
	}
	id := ids.New(ids.Mail)
	sealed := q.sealer.Seal(nil, nil, text, []byte(id))
	err = tx.WithContext(ctx).Exec(`INSERT INTO auth.mails (id, sealed, expires_at) VALUES (?, ?, now() + make_interval(secs => ?))`,
		id, sealed, lifetime.Seconds()).Error
	if err != nil {
		return fmt.Errorf("queue a mail: %w", err)
	}
	return outbox.Add(ctx, tx, "auth", outbox.Work(contract.SendMail, contract.SendMailWork{ID: id}, 0))
}

// Send sends a mail and forgets it. One that is not there was sent before, or is too old. A crash between sending and
// forgetting sends it twice.
func (q *Queue) Send(ctx context.Context, _ string, w contract.SendMailWork) error {
	var kept struct{ Sealed []byte }
	done := q.db.WithContext(ctx).Raw(`SELECT sealed FROM auth.mails WHERE id = ? AND expires_at > now()`, w.ID).Scan(&kept)
	if done.Error != nil {
		return fmt.Errorf("read a mail: %w", done.Error)
	}
	if done.RowsAffected == 0 {
		return nil
	}
	m, err := q.open(w.ID, kept.Sealed)
	if err != nil {
		return err
	}
	if m.To != "" {
		if err := q.sender.Send(ctx, m); err != nil {
			return err
		}
	}
	if err := q.db.WithContext(ctx).Exec(`DELETE FROM auth.mails WHERE id = ?`, w.ID).Error; err != nil {
		return fmt.Errorf("forget a mail: %w", err)
	}
	return nil
}

// Sweep forgets mails that are too old to be sent.
func (q *Queue) Sweep(ctx context.Context) error {
	return q.db.WithContext(ctx).Exec(`DELETE FROM auth.mails WHERE expires_at <= now()`).Error
}

func (q *Queue) open(id string, sealed []byte) (m Message, err error) {
	text, err := q.sealer.Open(nil, nil, sealed, []byte(id))
	if err != nil {
		return m, errors.New("a queued mail cannot be opened with this pepper")
	}
	return m, json.Unmarshal(text, &m)
}
