package media

import (
	"context"
	"errors"
	"image/png"
	"io"
	"strconv"
	"strings"

	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/documents"
	"github.com/mintfax/mintfax/shared/faxpage"
)

// TIFF writes all pages as they are sent. Errors: document_gone.
func TIFF(ctx context.Context, storage *documents.Store, pages contract.FaxPages, w io.Writer) error {
	content, err := openPages(ctx, storage, pages)
	if err != nil {
		return err
	}
	defer content.Close()
	_, err = io.Copy(w, content)
	return err
}

// PNG writes page n, counted from 1, with square pixels. Errors: document_gone; not_found when there is no such page.
func PNG(ctx context.Context, storage *documents.Store, pages contract.FaxPages, n int, w io.Writer) error {
	content, err := openPages(ctx, storage, pages)
	if err != nil {
		return err
	}
	defer content.Close()
	return writePNG(content, n, w)
}

// StagedPNG is PNG for the pages of a preview, which are in staging.
func StagedPNG(ctx context.Context, storage *documents.Store, pages contract.FaxPages, n int, w io.Writer) error {
	content, err := storage.ReadStaged(ctx, pages.Document)
	if errors.Is(err, documents.ErrNotFound) {
		return apierror.New(apierror.DocumentGone)
	}
	if err != nil {
		return err
	}
	defer content.Close()
	return writePNG(content, n, w)
}

func writePNG(content io.Reader, n int, w io.Writer) error {
	page, resolution, err := faxpage.ReadPage(content, n)
	if errors.Is(err, faxpage.ErrNoPage) {
		return apierror.New(apierror.NotFound)
	}
	if err != nil {
		return err
	}
	return png.Encode(w, faxpage.Picture(page, resolution))
}

// PageNumber parses the name of a page's image, such as 3.png. It is 0 for any other name.
func PageNumber(name string) int {
	digits, found := strings.CutSuffix(name, ".png")
	n, err := strconv.Atoi(digits)
	if !found || err != nil || n < 1 || strconv.Itoa(n) != digits {
		return 0
	}
	return n
}

func openPages(ctx context.Context, storage *documents.Store, pages contract.FaxPages) (io.ReadCloser, error) {
	content, err := storage.Read(ctx, pages.Document)
	if errors.Is(err, documents.ErrNotFound) {
		return nil, apierror.New(apierror.DocumentGone) // erased meanwhile
	}
	return content, err
}
