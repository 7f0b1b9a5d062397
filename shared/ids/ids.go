package ids

import (
	"crypto/rand"
	"strings"

	"github.com/oklog/ulid/v2"
)

// Prefix says what kind of thing an id names.
type Prefix string

// The prefixes of the public API.
const (
	Account     Prefix = "acct_"
	Environment Prefix = "env_"
	Key         Prefix = "key_"
	Fax         Prefix = "fax_"
	Transaction Prefix = "txn_"
	Payment     Prefix = "pay_"
	Event       Prefix = "evt_"
	Attempt     Prefix = "att_"
	Checkout    Prefix = "chk_"
	TopUp       Prefix = "top_"
	Document    Prefix = "doc_"
	request     Prefix = "req_"
)

const (
	alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	length   = 22 // base62 characters: 130 bits
)

// New returns a fresh id: the prefix and 22 random base62 characters.
func New(prefix Prefix) string {
	return string(prefix) + Base62(length)
}

// NewRequest returns a request id: req_ and a ULID, so that requests sort by time in a log.
func NewRequest() string {
	return string(request) + ulid.Make().String()
}

// Valid reports whether id has the given prefix and the form that New makes.
func Valid(prefix Prefix, id string) bool {
	body, ok := strings.CutPrefix(id, string(prefix))
	return ok && len(body) == length && IsBase62(body)
}

// Base62 returns n random characters of 0-9A-Za-z, each equally likely.
func Base62(n int) string {
	const even = 256 - 256%len(alphabet) // bytes from here on would favour the first characters
	out := make([]byte, 0, n)
	buffer := make([]byte, n+n/2)
	for {
		rand.Read(buffer) // never fails: it crashes the process instead
		for _, b := range buffer {
			if int(b) >= even {
				continue
			}
			out = append(out, alphabet[int(b)%len(alphabet)])
			if len(out) == n {
				return string(out)
			}
		}
	}
}

// IsBase62 reports whether s has only base62 characters.
func IsBase62(s string) bool {
	for i := range len(s) {
		if strings.IndexByte(alphabet, s[i]) < 0 {
			return false
		}
	}
	return true
}
