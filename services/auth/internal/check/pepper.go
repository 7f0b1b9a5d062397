package check

import (
	"crypto/hmac"
	"crypto/sha256"
)

// Pepper keys the digests that are stored. Without it a stolen table says nothing about any key.
type Pepper []byte

// Digest is what is stored and looked up for the SHA-256 of a key.
func (p Pepper) Digest(sha []byte) []byte {
	mac := hmac.New(sha256.New, p)
	mac.Write(sha)
	return mac.Sum(nil)
}
