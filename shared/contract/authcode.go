package contract

import (
	"encoding/hex"
	"errors"
)

// MailCode is the work of mailing a code that was asked for.
const MailCode Work[MailCodeWork] = "auth.mail"

// MailCodeWork is the body of MailCode. It has neither the code nor the address, which auth finds by CodeID.
type MailCodeWork struct {
	CodeID int64 `json:"code_id"`
}

// Requester is who asks for a code: a browser, or a program, which is known by its network alone.
type Requester struct {
	Browser string `json:"browser,omitempty"` // SHA-256 of its cookie, in hex
	Network string `json:"network"`           // where it is: an IPv4 address or the /64 of an IPv6 one
}

const maxNetwork = 64 // bytes

// Validate refuses a requester that nothing could be counted against.
func (a Requester) Validate() error {
	if a.Network == "" || len(a.Network) > maxNetwork {
		return errors.New("a requester has a network")
	}
	return browser(a.Browser)
}

// Validate refuses a request without its requester.
func (r RegisterRequest) Validate() error { return r.Requester.Validate() }

// Validate refuses a request without its requester.
func (r StartSignInRequest) Validate() error { return r.Requester.Validate() }

// Validate refuses a request without its requester, and a next browser that is none.
func (r VerifyRequest) Validate() error { return errors.Join(r.Requester.Validate(), browser(r.Next)) }

func browser(digest string) error {
	if sum, err := hex.DecodeString(digest); err != nil || (len(sum) != 0 && len(sum) != 32) {
		return errors.New("a browser is the SHA-256 of its cookie")
	}
	return nil
}
