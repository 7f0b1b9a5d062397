package intake

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"math"
	"runtime/debug"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/document"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/frame"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/job"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/tone"
	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/documents"
	"github.com/mintfax/mintfax/shared/faxpage"
	"github.com/mintfax/mintfax/shared/faxpage/tiff"
)

// maxRendered is how many bytes the pages of a fax may take: 350 pages of photos fit.
const maxRendered = 256 << 20

// fullFor is after how many seconds an account whose documents wait already should come back.
const fullFor = 2

// render makes the pages of a fax and stages them as one document. They are what is counted, paid for and sent.
func (s *Service) render(ctx context.Context, r contract.SubmitFaxRequest) (contract.StagedFile, int, error) {
	return s.stage(ctx, func(ctx context.Context, to io.Writer) (int, error) { return s.write(ctx, r, to) })
}

// stage stages what write writes, and returns what it returns.
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
	from.CloseWithError(stageErr) // whoever writes need not go on
	count, err := <-pages, <-failed
	if err == nil || stageErr != nil && errors.Is(err, stageErr) {
		err = stageErr
	}
	if err != nil && stageErr == nil {
		s.discard(ctx, []contract.StagedFile{staged})
	}
	return staged, count, err
}

// recovered is write with a panic as its error. It runs in a goroutine, where a document that finds a fault of ours
// would end the service and with it everybody's work.
func recovered(ctx context.Context, to io.Writer, write func(context.Context, io.Writer) (int, error)) (count int, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			count, err = 0, fmt.Errorf("rendering panicked: %v\n%s", cause, debug.Stack())
		}
	}()
	return write(ctx, to)
}

// write renders a fax into one TIFF file and returns how many pages it has.
func (s *Service) write(ctx context.Context, r contract.SubmitFaxRequest, to io.Writer) (int, error) {
	if r.Cover.Page != "" {
		return s.writeCovered(ctx, r, to)
	}
	return s.writeFiles(ctx, r, to)
}

// writeFiles renders the files of a fax, in their order.
func (s *Service) writeFiles(ctx context.Context, r contract.SubmitFaxRequest, to io.Writer) (int, error) {
	j := jobOf(r)
	all := tiff.NewWriter(to, j.Resolution)
	for i, file := range r.Files {
		load := func(ctx context.Context) ([]byte, error) { return s.load(ctx, file) }
		_, err := s.Renderer.RenderFor(ctx, s.owner(r.Tenant), load, j, func(page frame.Page) error {
			if all.Pages() == job.MaxPages {
				return document.ErrTooLong
			}
			return all.AddEncoded(page.Code, page.Lines)
		})
		if err != nil {
			return 0, refused(err, i+1)
		}
	}
	return all.Pages(), all.Close()
}

// jobOf is how the documents of a fax are rendered.
func jobOf(r contract.SubmitFaxRequest) job.Job {
	return job.Job{
		Sheet: document.Sheet(r.PageSize), Tone: tone.Method(r.OptimizeFor),
		Resolution: faxpage.Resolution(cmp.Or(r.Resolution, string(faxpage.Fine))),
	}
}

// refused is the public form of what was wrong with a file, which is named by its place or as the cover.
func refused(err error, file any) error {
	var refusal document.Refusal
	var pause render.Pause
	switch {
	case errors.Is(err, document.ErrTooLong):
		return errTooLong()
	case errors.Is(err, render.ErrFull):
		return apierror.Wrap(apierror.RateLimitExceeded, err).With("retry_after", fullFor)
	case errors.As(err, &pause):
		return apierror.Wrap(apierror.RateLimitExceeded, err).With("retry_after", int(math.Ceil(pause.Left.Seconds())))
	case errors.As(err, &refusal):
		return apierror.New(apierror.UnsupportedDocument).With("reason", string(refusal)).With("file", file)
	default:
		return err
	}
}

func errTooLong() error {
	return apierror.Field("file", fmt.Sprintf("A fax has at most %d pages in all of its files.", job.MaxPages))
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
