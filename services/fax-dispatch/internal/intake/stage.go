package intake

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"runtime/debug"

	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/documents"
	"github.com/mintfax/mintfax/shared/faxpage"
)

// maxRendered is how many bytes the pages of a fax may take: 350 pages of photos fit.
const maxRendered = 256 << 20

// stage stages the output of write as one document, and returns the count that write returns.
func (s *Service) stage(ctx context.Context, write func(context.Context, io.Writer) (int, error)) (contract.StagedFile, int, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	from, to := io.Pipe()
	pages := make(chan int, 1)
	failed := make(chan error, 1)
	go func() {
		count, err := recovered(ctx, to, write)
		pages <- count
		failed <- err
		to.CloseWithError(err)
	}()
	staged, stageErr := s.Documents.Stage(ctx, from, maxRendered)
	from.CloseWithError(stageErr) // unblocks the writer
	count, err := <-pages, <-failed
	if err == nil || stageErr != nil && errors.Is(err, stageErr) {
		err = stageErr
	}
	if err != nil && stageErr == nil {
		s.discard(ctx, []contract.StagedFile{staged})
	}
	return staged, count, err
}

// recovered calls write and returns its panic as an error. In a goroutine, a document that triggers a bug of ours would
// otherwise end the service.
func recovered(ctx context.Context, to io.Writer, write func(context.Context, io.Writer) (int, error)) (count int, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			count, err = 0, fmt.Errorf("rendering panicked: %v\n%s", cause, debug.Stack())
		}
	}()
	return write(ctx, to)
}

// load reads a staged file and verifies that it is the one the gateway hashed.
func (s *Service) load(ctx context.Context, file contract.StagedFile) ([]byte, error) {
	reader, err := s.Documents.ReadStaged(ctx, file)
	if errors.Is(err, documents.ErrNotFound) {
		return nil, apierror.Wrap(apierror.ServiceUnavailable, err) // swept: it waited for an hour
	}
	if err != nil {
		return nil, err
	}
	defer reader.Close()
	content, err := io.ReadAll(io.LimitReader(reader, maxDocumentBytes+1))
	if err != nil {
		return nil, err
	}
	if digest := sha256.Sum256(content); !bytes.Equal(digest[:], file.SHA256) {
		return nil, documents.ErrDamaged
	}
	return content, nil
}

// eachPage passes the staged pages of a fax to add, still encoded.
func (s *Service) eachPage(ctx context.Context, file contract.StagedFile, add func(code []byte, lines int) error) error {
	content, err := s.Documents.ReadStaged(ctx, file)
	if err != nil {
		return err
	}
	defer content.Close()
	pages, err := faxpage.NewReader(content)
	for err == nil {
		var code []byte
		var lines int
		if code, lines, err = pages.Next(); err == nil {
			err = add(code, lines)
		}
	}
	if errors.Is(err, io.EOF) {
		return nil
	}
	return fmt.Errorf("read staged pages: %w", err)
}

// discard deletes uploads that no fax uses. The hourly sweep of staging finds what it misses.
func (s *Service) discard(ctx context.Context, files []contract.StagedFile) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), undoLimit)
	defer cancel()
	for _, file := range files {
		if err := s.Documents.DeleteStaged(ctx, file.ID); err != nil {
			s.Log.WarnContext(ctx, "an upload waits for the sweep", "document_id", file.ID, "error", err)
		}
	}
}
