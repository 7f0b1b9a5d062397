package stack

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/mintfax/mintfax/shared/ids"
	"github.com/mintfax/mintfax/shared/schema"
)

// Secrets are made once for an instance and kept, because its data is of no use without them.
type Secrets struct {
	KeyPepper     string // base64
	DocumentKey   string // base64
	StripeKey     string
	WebhookSecret string
	TelnyxKey     string // of its API, as the fakes have it
	TelnyxSeed    string // base64: of the key with which it signs
	SinchSecret   string // of its API
	SinchCallback string
	Roles         map[string]string // passwords, by service
}

// LoadSecrets reads the secrets that path holds, makes those that are missing and keeps them there.
func LoadSecrets(path string) (Secrets, error) {
	var s Secrets
	text, err := os.ReadFile(path)
	if err == nil {
		if err := json.Unmarshal(text, &s); err != nil {
			return s, fmt.Errorf("%s is damaged: %w", path, err)
		}
	} else if !errors.Is(err, fs.ErrNotExist) {
		return s, err
	}
	s.generateMissing()
	text, err = json.MarshalIndent(s, "", "  ")
	if err != nil {
		return s, err
	}
	if err := os.WriteFile(path+".new", text, 0o600); err != nil {
		return s, err
	}
	return s, os.Rename(path+".new", path)
}

func (s *Secrets) generateMissing() {
	for _, missing := range []struct {
		secret *string
		made   string
	}{
		{&s.KeyPepper, randomKey()},
		{&s.DocumentKey, randomKey()},
		{&s.StripeKey, "sk_test_" + ids.Base62(32)},
		{&s.WebhookSecret, "whsec_" + ids.Base62(32)},
		{&s.TelnyxKey, "KEY" + ids.Base62(32)},
		{&s.TelnyxSeed, randomKey()},
		{&s.SinchSecret, ids.Base62(32)},
		{&s.SinchCallback, ids.Base62(32)},
	} {
		if *missing.secret == "" {
			*missing.secret = missing.made
		}
	}
	if s.Roles == nil {
		s.Roles = map[string]string{}
	}
	for _, role := range schema.Roles() {
		if s.Roles[role] == "" {
			s.Roles[role] = ids.Base62(32)
		}
	}
}

func randomKey() string {
	key := make([]byte, 32)
	rand.Read(key) // never fails: it ends the process instead
	return base64.StdEncoding.EncodeToString(key)
}
