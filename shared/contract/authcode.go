package contract

import (
	"encoding/hex"
	"errors"
)

// MailCode is the work of mailing a requested code.
const MailCode Work[MailCodeWork] = "auth.mail"

// MailCodeWork is the body of MailCode. It carries neither the code nor the address: auth reads both by CodeID.
type MailCodeWork struct {
	CodeID int64 `json:"code_id"`
}

// Requester identifies the client that requests a code: a browser, or a program, which only its network identifies.
type Requester struct {
	Browser string `json:"browser,omitempty"` // SHA-256 of its cookie, in hex
	Network string `json:"network"`           // its IPv4 address, or the /64 of its IPv6 address
}

const maxNetwork = 64 // bytes

// Validate rejects a requester without a network, because rate limits count by network.
func (a Requester) Validate() error {
	if a.Network == "" || len(a.Network) > maxNetwork {
		return errors.New("a requester has a network")
	}
	return browser(a.Browser)
}

// Validate rejects a request without its requester.
func (r RegisterRequest) Validate() error { return r.Requester.Validate() }

// Validate rejects a request without its requester.
func (r StartSignInRequest) Validate() error { return r.Requester.Validate() }

// Validate rejects a request without its requester, or with a Next that is not a browser digest.
func (r VerifyRequest) Validate() error { return errors.Join(r.Requester.Validate(), browser(r.Next)) }

func browser(digest string) error {
	if sum, err := hex.DecodeString(digest); err != nil || (len(sum) != 0 && len(sum) != 32) {
		return errors.New("a browser is the SHA-256 of its cookie")
	}
	return nil
}
