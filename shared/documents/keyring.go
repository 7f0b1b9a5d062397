package documents

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"errors"
	"fmt"
)

const keySize = 32 // bytes

// keyring wraps the keys of files with the document key.
type keyring struct {
	aead cipher.AEAD
}

func newKeyring(documentKey []byte) (keyring, error) {
	if len(documentKey) != keySize {
		return keyring{}, fmt.Errorf("the document key has %d bytes, not %d", len(documentKey), keySize)
	}
	block, err := aes.NewCipher(documentKey)
	if err != nil {
		return keyring{}, err
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return keyring{}, err
	}
	return keyring{aead}, nil
}

// newKey returns a random key and its wrapped form, which only unwraps with the same id.
func (k keyring) newKey(id string) (key, wrapped []byte) {
	key = make([]byte, keySize)
	rand.Read(key) // never fails: it crashes the process instead
	return key, k.aead.Seal(nil, nil, key, []byte(id))
}

func (k keyring) unwrap(id string, wrapped []byte) ([]byte, error) {
	key, err := k.aead.Open(nil, nil, wrapped, []byte(id))
	if err != nil || len(key) != keySize {
		return nil, errors.New("the key of a document cannot be unwrapped")
	}
	return key, nil
}
