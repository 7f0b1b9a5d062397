package submission

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/document/pages"
	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/documents"
)

// maxPages is how many pages a fax may have in all of its files.
const maxPages = 350

// inspect reads every file and adds up their pages.
func (s *Service) inspect(ctx context.Context, r contract.SubmitFaxRequest) ([]judged, int, error) {
	total := 0
	all := make([]judged, 0, len(r.Files))
	for i, file := range r.Files {
		one, err := s.inspectFile(ctx, file, pages.Sheet(r.PageSize))
		var refusal pages.Refusal
		if errors.As(err, &refusal) {
			return nil, 0, apierror.New(apierror.UnsupportedDocument).With("reason", string(refusal)).With("file", i+1)
		}
		if err != nil {
			return nil, 0, err
		}
		total += one.pages
		all = append(all, one)
	}
	if total > maxPages {
		return nil, 0, apierror.Field("file", fmt.Sprintf("A fax has at most %d pages; this one has %d.", maxPages, total))
	}
	return all, total, nil
}

func (s *Service) inspectFile(ctx context.Context, file contract.StagedFile, sheet pages.Sheet) (judged, error) {
	content, err := s.load(ctx, file)
	if err != nil {
		return judged{}, err
	}
	kind, count, err := s.Inspector.Inspect(ctx, content, sheet)
	return judged{file: file, kind: string(kind), pages: count}, err
}

// load reads a staged file and makes sure that it is the one the gateway hashed.
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
