package intake

import (
	"context"
	"errors"
	"io"
	"time"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/intake/cover"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/document"
	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/faxpage"
)

var errLongCover = errors.New("the cover page takes more than a page")

// writeCovered renders the files first, since the cover page, which precedes them, says how many pages there are.
func (s *Service) writeCovered(ctx context.Context, r contract.SubmitFaxRequest, to io.Writer) (int, error) {
	files, count, err := s.stage(ctx, func(ctx context.Context, to io.Writer) (int, error) { return s.writeFiles(ctx, r, to) })
	if err != nil {
		return 0, err
	}
	defer s.discard(ctx, []contract.StagedFile{files})
	if count == document.MaxPages {
		return 0, errTooLong()
	}
	first, err := s.cover(ctx, r, count+1)
	if err != nil {
		return 0, err
	}
	all := faxpage.NewWriter(to, jobOf(r).Resolution)
	if err := all.AddEncoded(first.Code, first.Lines); err != nil {
		return 0, err
	}
	if err := s.eachPage(ctx, files, all.AddEncoded); err != nil {
		return 0, err
	}
	return all.Pages(), all.Close()
}

// cover renders the cover page of a fax with the given number of pages.
func (s *Service) cover(ctx context.Context, r contract.SubmitFaxRequest, pages int) (first document.Page, err error) {
	template, err := cover.Parse(r.Cover.Page)
	if err != nil {
		return first, apierror.Field("cover_page", "The cover_page field "+err.Error()+".")
	}
	set, err := s.Settings.Get(ctx, contract.GetAccountRequest{AccountID: r.Tenant.AccountID})
	if err != nil {
		return first, err
	}
	content, kind := template.Fill(cover.Values{
		RecipientName: r.Cover.RecipientName, RecipientFax: r.To,
		SenderName: orEmpty(set.SenderName), SenderCompany: orEmpty(set.SenderCompany), SenderFax: orEmpty(set.SenderFax),
		Subject: r.Cover.Subject, Message: message(r.Cover), Date: time.Now(), Pages: pages,
	})
	j := jobOf(r)
	j.Type = kind
	made := 0
	load := func(context.Context) ([]byte, error) { return content, nil }
	_, err = s.Renderer.Render(ctx, s.owner(r.Tenant), load, j, func(page document.Page) error {
		if made++; made > 1 {
			return errLongCover
		}
		first = page
		return nil
	})
	if errors.Is(err, errLongCover) {
		return first, apierror.Field("cover_page", "What the cover page says does not fit on one page.")
	}
	return first, refused(err, "cover_page")
}

func orEmpty(text *string) string {
	if text == nil {
		return ""
	}
	return *text
}
