package ids

import (
	"crypto/sha256"
	"errors"
	"hash/crc32"
	"strings"

	"github.com/mintfax/mintfax/shared/contract"
)

const (
	randomLength   = 30 // base62 characters: 178 bits
	checksumLength = 6  // base62 characters of a CRC-32
)

// ErrMalformedAPIKey means that a string is not an API key, without saying why.
var ErrMalformedAPIKey = errors.New("not an API key")

// NewAPIKey returns a new key: the kind's prefix, 30 random base62 characters, and 6 base62 characters of
// the CRC-32 (IEEE) of all before them, left-padded with 0.
func NewAPIKey(kind contract.Kind) string {
	body := keyPrefix(kind) + Base62(randomLength)
	return body + checksum(body)
}

// ParseAPIKey returns the kind of a well-formed key. It needs no lookup, so it rejects malformed keys before one.
func ParseAPIKey(key string) (contract.Kind, error) {
	for _, kind := range []contract.Kind{contract.KindTest, contract.KindLive, contract.KindAccount} {
		secret, found := strings.CutPrefix(key, keyPrefix(kind))
		if !found {
			continue
		}
		if len(secret) != randomLength+checksumLength || !IsBase62(secret) {
			return "", ErrMalformedAPIKey
		}
		body := key[:len(key)-checksumLength]
		if key[len(body):] != checksum(body) {
			return "", ErrMalformedAPIKey
		}
		return kind, nil
	}
	return "", ErrMalformedAPIKey
}

// DigestAPIKey returns the SHA-256 of a key, which the gateway sends to auth instead of the key.
func DigestAPIKey(key string) [sha256.Size]byte { return sha256.Sum256([]byte(key)) }

func keyPrefix(kind contract.Kind) string {
	if kind == contract.KindAccount {
		return "mfx_acct_"
	}
	return "mfx_" + string(kind) + "_"
}

func checksum(body string) string {
	sum := crc32.ChecksumIEEE([]byte(body))
	out := []byte("000000")
	for i := checksumLength - 1; sum > 0; i-- { // 62^6 exceeds 2^32, so it fits
		out[i] = alphabet[sum%62]
		sum /= 62
	}
	return string(out)
}
