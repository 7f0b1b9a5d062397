package codes

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"fmt"

	"github.com/mintfax/mintfax/shared/contract"
)

const (
	seedSize = 16 // bytes

	// References are of consonants: they form no words and do not look like codes.
	consonants      = "BCDFGHJKLMNPQRSTVWXZ"
	referenceLength = 4
)

// NewIssuer returns an issuer whose key is derived from the pepper.
func NewIssuer(pepper []byte) *Issuer {
	mac := hmac.New(sha256.New, pepper)
	mac.Write([]byte("mailed codes"))
	return &Issuer{key: mac.Sum(nil)}
}

func newSeed() []byte {
	seed := make([]byte, seedSize)
	rand.Read(seed) // never fails: it ends the process instead
	return seed
}

// code derives the code from the row and the key, so that no code is stored and none has to be erased. The modulus of
// a 64-bit number favors no code over another by more than 1 in 10^13.
func (i *Issuer) code(row codeRow) string {
	return fmt.Sprintf("%06d", i.number("code", row)%1_000_000)
}

// reference discloses nothing about the code: it is derived from another digest.
func (i *Issuer) reference(row codeRow) string {
	n := i.number("reference", row)
	letters := make([]byte, referenceLength)
	for at := range letters {
		letters[at] = consonants[n%uint64(len(consonants))]
		n /= uint64(len(consonants))
	}
	return string(letters)
}

// number derives a number from the seed, bound to the e-mail and the purpose.
func (i *Issuer) number(use string, row codeRow) uint64 {
	return binary.BigEndian.Uint64(i.digest(use, string(row.Purpose), row.Email, string(row.Seed)))
}

// requester identifies a browser by its cookie, and a program by its network.
func (i *Issuer) requester(a contract.Requester) []byte {
	if a.Browser == "" {
		return i.network(a)
	}
	return i.browser(a.Browser)
}

func (i *Issuer) browser(cookie string) []byte { return i.digest("browser", cookie) }

func (i *Issuer) network(a contract.Requester) []byte { return i.digest("network", a.Network) }

// digest is keyed, so that the table alone discloses no network or cookie.
func (i *Issuer) digest(use string, parts ...string) []byte {
	mac := hmac.New(sha256.New, i.key)
	mac.Write([]byte(use))
	for _, part := range parts {
		fmt.Fprintf(mac, "\x00%d\x00%s", len(part), part)
	}
	return mac.Sum(nil)
}
