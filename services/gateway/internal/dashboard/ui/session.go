package ui

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/mintfax/mintfax/shared/apierror"
)

// SessionLifetime is how long a session lasts after its sign-in. Use does not extend it.
const SessionLifetime = 12 * time.Hour

const (
	secretBytes = 32
	redisLimit  = 2 * time.Second
)

// ErrNoSession means that a token has no session: it never had one, or the session was ended or has expired.
var ErrNoSession = errors.New("no such session")

// Session is a sign-in. CSRF is the token that its forms carry.
type Session struct {
	AccountID string `json:"account_id"`
	CSRF      string `json:"csrf"`
}

// SessionStore keeps sessions. When Redis is down, its methods return service_unavailable.
type SessionStore struct {
	redis *redis.Client
}

// NewSessionStore returns a store in the given Redis.
func NewSessionStore(client *redis.Client) *SessionStore {
	return &SessionStore{redis: client}
}

// Create starts a session for an account and returns the token of its cookie. Redis stores only a digest of the token, so
// read access to Redis is not enough to sign in.
func (s *SessionStore) Create(ctx context.Context, accountID string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, redisLimit)
	defer cancel()
	value, err := json.Marshal(Session{AccountID: accountID, CSRF: NewSecret()})
	if err != nil {
		return "", err
	}
	token := NewSecret()
	keys := []string{sessionKey(token), sessionSet(accountID)}
	err = beginSession.Run(ctx, s.redis, keys, value, time.Now().Unix(), int64(SessionLifetime.Seconds())).Err()
	return token, unavailable(err)
}

// Get returns the session of a token, or ErrNoSession.
func (s *SessionStore) Get(ctx context.Context, token string) (Session, error) {
	if !WellFormed(token) {
		return Session{}, ErrNoSession
	}
	ctx, cancel := context.WithTimeout(ctx, redisLimit)
	defer cancel()
	value, err := s.redis.Get(ctx, sessionKey(token)).Bytes()
	if errors.Is(err, redis.Nil) {
		return Session{}, ErrNoSession
	}
	if err != nil {
		return Session{}, unavailable(err)
	}
	var session Session
	return session, json.Unmarshal(value, &session)
}

// Delete ends the session of a token, if there is one.
func (s *SessionStore) Delete(ctx context.Context, token string) error {
	if !WellFormed(token) {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, redisLimit)
	defer cancel()
	return unavailable(s.redis.Del(ctx, sessionKey(token)).Err())
}

// DeleteAll ends every session of an account. Later sign-ins are not affected.
func (s *SessionStore) DeleteAll(ctx context.Context, accountID string) error {
	ctx, cancel := context.WithTimeout(ctx, redisLimit)
	defer cancel()
	return unavailable(endAllSessions.Run(ctx, s.redis, []string{sessionSet(accountID)}).Err())
}

// NewSecret returns 32 random bytes in the alphabet of cookies and forms.
func NewSecret() string {
	secret := make([]byte, secretBytes)
	rand.Read(secret) // never fails: it ends the process instead
	return base64.RawURLEncoding.EncodeToString(secret)
}

// WellFormed reports whether text could come from NewSecret.
func WellFormed(text string) bool {
	secret, err := base64.RawURLEncoding.Strict().DecodeString(text)
	return err == nil && len(secret) == secretBytes
}

func sessionKey(token string) string {
	digest := sha256.Sum256([]byte(token))
	return "session:" + hex.EncodeToString(digest[:])
}

func sessionSet(accountID string) string { return "sessions:" + accountID }

func unavailable(err error) error {
	if err == nil {
		return nil
	}
	return apierror.Wrap(apierror.ServiceUnavailable, err)
}
