package keys

import (
	"crypto/sha256"
	"errors"
	"hash/crc32"
	"strings"

	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/ids"
)

const (
	randomLength   = 30 // base62 characters: 178 bits
	checksumLength = 6  // base62 characters of a CRC-32
)

// ErrMalformed says that a string is not a key. It does not tell why.
var ErrMalformed = errors.New("not an API key")

// Mint returns a new key: the kind's prefix, 30 random base62 characters, and 6 base62 characters of
// the CRC-32 (IEEE) of all before them, left-padded with 0.
func Mint(kind contract.Kind) string {
	body := prefix(kind) + ids.Base62(randomLength)
	return body + checksum(body)
}

// Parse returns the kind of a well-formed key. It costs no look-up, so it comes before one.
func Parse(key string) (contract.Kind, error) {
	for _, kind := range []contract.Kind{contract.KindTest, contract.KindLive, contract.KindAccount} {
		secret, found := strings.CutPrefix(key, prefix(kind))
		if !found {
			continue
		}
		if len(secret) != randomLength+checksumLength || !ids.IsBase62(secret) {
			return "", ErrMalformed
		}
		body := key[:len(key)-checksumLength]
		if key[len(body):] != checksum(body) {
			return "", ErrMalformed
		}
		return kind, nil
	}
	return "", ErrMalformed
}

// Digest is what leaves the gateway in a key's place.
func Digest(key string) [sha256.Size]byte { return sha256.Sum256([]byte(key)) }

func prefix(kind contract.Kind) string {
	if kind == contract.KindAccount {
		return "mfx_acct_"
	}
	return "mfx_" + string(kind) + "_"
}

func checksum(body string) string {
	const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	sum := crc32.ChecksumIEEE([]byte(body))
	out := []byte("000000")
	for i := checksumLength - 1; sum > 0; i-- { // 62^6 exceeds 2^32, so it fits
		out[i] = alphabet[sum%62]
		sum /= 62
	}
	return string(out)
}
