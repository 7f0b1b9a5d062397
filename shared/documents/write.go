package documents

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"

	"github.com/minio/sio"
	"gocloud.dev/blob"

	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/ids"
)

// Stage encrypts the content of r into staging and returns its id and wrapped key. Errors: payload_too_large for
// more than max bytes; service_unavailable while the storage is nearly full. After an error nothing is left in the
// storage.
func (s *Store) Stage(ctx context.Context, r io.Reader, max int64) (contract.StagedFile, error) {
	if err := s.Room(); err != nil {
		return contract.StagedFile{}, err
	}
	id := ids.New(ids.Document)
	key, wrapped := s.keys.newKey(id)
	writeCtx, abort := context.WithCancel(ctx)
	defer abort()
	object, err := s.bucket.NewWriter(writeCtx, staging+id, &blob.WriterOptions{ContentType: "application/octet-stream"})
	if err != nil {
		return contract.StagedFile{}, fmt.Errorf("stage a document: %w", err)
	}
	digest := sha256.New()
	size, err := encrypt(object, io.TeeReader(r, digest), key, max)
	if err != nil {
		abort() // closing after this discards the object
		return contract.StagedFile{}, errors.Join(err, ignoreCanceled(object.Close()))
	}
	if err := object.Close(); err != nil {
		return contract.StagedFile{}, fmt.Errorf("stage a document: %w", err)
	}
	return contract.StagedFile{ID: id, Size: size, SHA256: digest.Sum(nil), WrappedKey: wrapped}, nil
}

func encrypt(to io.Writer, from io.Reader, key []byte, max int64) (int64, error) {
	sealed, err := sio.EncryptWriter(struct{ io.Writer }{to}, format(key)) // hides Close from sio, which would call it
	if err != nil {
		return 0, err
	}
	size, err := io.Copy(sealed, io.LimitReader(from, max+1))
	if err != nil {
		return 0, fmt.Errorf("stage a document: %w", err)
	}
	if size > max {
		return 0, apierror.New(apierror.PayloadTooLarge)
	}
	return size, sealed.Close()
}

// format is DARE 2.0, which authenticates packages of 64 KiB, their order and the end of the file.
func format(key []byte) sio.Config {
	return sio.Config{MinVersion: sio.Version20, MaxVersion: sio.Version20, Key: key}
}

func ignoreCanceled(err error) error {
	if errors.Is(err, context.Canceled) {
		return nil
	}
	return err
}
