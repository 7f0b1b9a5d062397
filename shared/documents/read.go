package documents

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/minio/sio"
	"gocloud.dev/gcerrors"

	"github.com/mintfax/mintfax/shared/contract"
)

// ErrDamaged means that a document differs from what was stored: it was changed or truncated, or its key is wrong.
var ErrDamaged = errors.New("the document is damaged")

// ReadStaged decrypts a staged document. Reading fails with ErrDamaged where the document differs from what
// was stored, so trust the content only at io.EOF.
func (s *Store) ReadStaged(ctx context.Context, file contract.StagedFile) (io.ReadCloser, error) {
	return s.read(ctx, staging, file)
}

// Read decrypts a kept document, with the guarantees of ReadStaged.
func (s *Store) Read(ctx context.Context, file contract.StagedFile) (io.ReadCloser, error) {
	return s.read(ctx, kept, file)
}

func (s *Store) read(ctx context.Context, area string, file contract.StagedFile) (io.ReadCloser, error) {
	if err := checkID(file.ID); err != nil {
		return nil, err
	}
	key, err := s.keys.unwrap(file.ID, file.WrappedKey)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	object, err := s.bucket.NewReader(ctx, area+file.ID, nil)
	if gcerrors.Code(err) == gcerrors.NotFound {
		return nil, ErrNotFound
	}
	if err != nil {
		return nil, fmt.Errorf("read a document: %w", err)
	}
	if file.Size == 0 { // DARE cannot encode an empty file
		return &reader{plain: bytes.NewReader(nil), object: object}, nil
	}
	plain, err := sio.DecryptReader(object, format(key))
	if err != nil {
		return nil, errors.Join(err, object.Close())
	}
	return &reader{plain: plain, object: object}, nil
}

type reader struct {
	plain  io.Reader
	object io.Closer
}

func (r *reader) Read(p []byte) (int, error) {
	n, err := r.plain.Read(p)
	var broken sio.Error
	if errors.As(err, &broken) || errors.Is(err, io.ErrUnexpectedEOF) {
		return n, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	return n, err
}

func (r *reader) Close() error { return r.object.Close() }
