package documents

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"gocloud.dev/blob"
	_ "gocloud.dev/blob/fileblob" // file:// URLs
	_ "gocloud.dev/blob/s3blob"   // s3:// URLs
	"gocloud.dev/gcerrors"

	"github.com/mintfax/mintfax/shared/ids"
)

// An upload stays under staging until its fax is accepted, and then moves to documents.
const (
	staging = "staging/"
	kept    = "documents/"
)

// ErrNotFound means that a document is not, or no longer, in the storage.
var ErrNotFound = errors.New("no such document")

// Store is an encrypted store of documents. It is safe for concurrent use.
type Store struct {
	bucket *blob.Bucket
	keys   keyring
	room   room
	disk   *disk
}

// Open opens the storage at a gocloud.dev URL, such as file:///path?create_dir=true&metadata=skip
// (&no_tmp_dir=true when /tmp is on another file system), or s3://bucket?region=eu-central-1, with the credentials in
// the environment variables of AWS. The document key has 32 bytes.
func Open(ctx context.Context, url string, documentKey []byte) (*Store, error) {
	keys, err := newKeyring(documentKey)
	if err != nil {
		return nil, err
	}
	bucket, err := blob.OpenBucket(ctx, url)
	if err != nil {
		return nil, fmt.Errorf("open the document storage: %w", err)
	}
	left, err := newRoom(url)
	if err != nil {
		return nil, errors.Join(err, bucket.Close())
	}
	s := &Store{bucket: bucket, keys: keys, room: left, disk: &disk{dir: left.dir}}
	if err := s.disk.prepare(); err != nil {
		return nil, errors.Join(err, bucket.Close())
	}
	return s, nil
}

// Close closes the storage.
func (s *Store) Close() error { return s.bucket.Close() }

// Ready returns an error when the storage is not accessible.
func (s *Store) Ready(ctx context.Context) error {
	accessible, err := s.bucket.IsAccessible(ctx)
	if err == nil && !accessible {
		err = errors.New("the document storage is not accessible")
	}
	return err
}

// Keep makes a staged document permanent and durable. It is idempotent.
func (s *Store) Keep(ctx context.Context, id string) error {
	if err := checkID(id); err != nil {
		return err
	}
	err := s.bucket.Copy(ctx, kept+id, staging+id, nil)
	if gcerrors.Code(err) == gcerrors.NotFound {
		return s.requireKept(ctx, id)
	}
	if err != nil {
		return fmt.Errorf("keep a document: %w", err)
	}
	if err := s.disk.commit(id); err != nil {
		return err
	}
	return s.DeleteStaged(ctx, id)
}

func (s *Store) requireKept(ctx context.Context, id string) error {
	exists, err := s.bucket.Exists(ctx, kept+id)
	if err != nil {
		return fmt.Errorf("look for a document: %w", err)
	}
	if !exists {
		return ErrNotFound
	}
	return nil
}

// DeleteStaged deletes a staged document. It succeeds if the document does not exist.
func (s *Store) DeleteStaged(ctx context.Context, id string) error {
	return s.removeID(ctx, staging, id)
}

// Delete deletes a kept document. It succeeds if the document does not exist.
func (s *Store) Delete(ctx context.Context, id string) error {
	return s.removeID(ctx, kept, id)
}

// SweepStaging deletes documents that have been in staging for longer than age, and returns their number.
func (s *Store) SweepStaging(ctx context.Context, age time.Duration) (int, error) {
	limit := time.Now().Add(-age)
	objects := s.bucket.List(&blob.ListOptions{Prefix: staging})
	swept := 0
	for {
		object, err := objects.Next(ctx)
		if errors.Is(err, io.EOF) {
			return swept, nil
		}
		if err != nil {
			return swept, fmt.Errorf("list staged documents: %w", err)
		}
		if object.ModTime.After(limit) {
			continue
		}
		if err := s.remove(ctx, object.Key); err != nil {
			return swept, err
		}
		swept++
	}
}

func (s *Store) removeID(ctx context.Context, area, id string) error {
	if err := checkID(id); err != nil {
		return err
	}
	return s.remove(ctx, area+id)
}

func (s *Store) remove(ctx context.Context, key string) error {
	err := s.bucket.Delete(ctx, key)
	if err != nil && gcerrors.Code(err) != gcerrors.NotFound {
		return fmt.Errorf("delete a document: %w", err)
	}
	return nil
}

// checkID rejects anything but a document id, because the id becomes part of a path.
func checkID(id string) error {
	if !ids.Valid(ids.Document, id) {
		return errors.New("not the id of a document")
	}
	return nil
}
