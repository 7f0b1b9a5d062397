package keys

import (
	"crypto/hmac"
	"crypto/sha256"
)

// Pepper keys the digests of the keys table. Without it, a stolen table neither reveals nor matches a key.
type Pepper []byte

// Digest returns what is stored, and looked up, for the SHA-256 of a key.
func (p Pepper) Digest(sha []byte) []byte {
	mac := hmac.New(sha256.New, p)
	mac.Write(sha)
	return mac.Sum(nil)
}
