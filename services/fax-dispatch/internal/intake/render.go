package intake

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"math"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/document"
	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/faxpage"
)

// fullFor is the retry_after, in seconds, of an account that has too many documents waiting.
const fullFor = 2

// render renders the pages of a fax and stages them as one document. These pages are counted, paid for and sent.
func (s *Service) render(ctx context.Context, r contract.SubmitFaxRequest) (contract.StagedFile, int, error) {
	return s.stage(ctx, func(ctx context.Context, to io.Writer) (int, error) { return s.write(ctx, r, to) })
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
	all := faxpage.NewWriter(to, j.Resolution)
	for i, file := range r.Files {
		load := func(ctx context.Context) ([]byte, error) { return s.load(ctx, file) }
		_, err := s.Renderer.Render(ctx, s.owner(r.Tenant), load, j, func(page document.Page) error {
			if all.Pages() == document.MaxPages {
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

// jobOf returns how the documents of a fax are rendered.
func jobOf(r contract.SubmitFaxRequest) document.Job {
	return document.Job{
		Sheet: document.Sheet(r.PageSize), Dithering: document.Dithering(r.OptimizeFor),
		Resolution: faxpage.Resolution(cmp.Or(r.Resolution, string(faxpage.Fine))),
	}
}

// refused returns the public error for a file, which is named by its position or as the cover page.
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
	return apierror.Field("file", fmt.Sprintf("A fax has at most %d pages in all of its files.", document.MaxPages))
}

// owner returns the account whose documents are rendered. Only activated accounts can use a live environment.
func (s *Service) owner(of contract.Tenant) render.Owner {
	if of.EnvironmentType == contract.Live {
		return render.Owner{Account: of.AccountID}
	}
	return render.Owner{Account: of.AccountID, Activated: func(ctx context.Context) (bool, error) { return s.Store.activated(ctx, of.AccountID) }}
}
