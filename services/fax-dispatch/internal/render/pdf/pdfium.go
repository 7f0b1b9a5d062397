package pdf

import (
	"context"
	"errors"
	"fmt"
	"image"
	"io"
	"time"

	"github.com/klippa-app/go-pdfium"
	pdfiumerrors "github.com/klippa-app/go-pdfium/errors"
	"github.com/klippa-app/go-pdfium/references"
	"github.com/klippa-app/go-pdfium/requests"
	"github.com/klippa-app/go-pdfium/webassembly"
	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/document"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/raster"
	"github.com/mintfax/mintfax/shared/faxpage"
)

const (
	wasmMemory = 256 << 20 // bytes, for the document and a page
	wasmPage   = 64 << 10  // bytes
)

// Compile compiles pdfium to machine code in a directory, which takes seconds. PagesByPdfium loads it from there.
func Compile(ctx context.Context, dir string) error {
	pool, err := start(ctx, dir)
	if err != nil {
		return err
	}
	return pool.Close()
}

// start returns a pdfium without files and network, limited to wasmMemory.
func start(ctx context.Context, dir string) (pdfium.Pool, error) {
	cache, err := wazero.NewCompilationCacheWithDir(dir)
	if err != nil {
		return nil, err
	}
	return webassembly.Init(webassembly.Config{
		Context: ctx, MinIdle: 1, MaxIdle: 1, MaxTotal: 1,
		FSConfig: wazero.NewFSConfig(), Stdout: io.Discard, Stderr: io.Discard,
		RuntimeConfig: wazero.NewRuntimeConfig().WithCompilationCache(cache).WithMemoryLimitPages(wasmMemory / wasmPage).
			WithCoreFeatures(api.CoreFeaturesV2 | experimental.CoreFeaturesExceptionHandling),
	})
}

// PagesByPdfium renders a PDF file by the pdfium that Compile has stored in a directory.
func PagesByPdfium(ctx context.Context, dir string, content []byte, j document.Job, add document.Sink) error {
	pool, err := start(ctx, dir)
	if err != nil {
		return fmt.Errorf("start pdfium: %w", err)
	}
	drawer, err := pool.GetInstance(time.Minute)
	if err != nil {
		return err
	}
	opened, err := drawer.OpenDocument(&requests.OpenDocument{File: &content})
	if err != nil {
		return refusalOf(err)
	}
	pages, err := pagesOf(drawer, opened.Document)
	if err != nil {
		return err
	}
	if isTruncated(content) {
		return document.ErrDamaged
	}
	for _, r := range runsOf(pages, j) {
		for n := r.first; n <= r.last; n++ {
			drawn, err := r.drawByPdfium(drawer, opened.Document, n, pages[n-1], j)
			if err != nil {
				return err
			}
			for _, sheet := range raster.Cut(drawn, j) {
				if err := add(document.EncodePage(sheet)); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func refusalOf(err error) error {
	if errors.Is(err, pdfiumerrors.ErrPassword) || errors.Is(err, pdfiumerrors.ErrSecurity) {
		return document.ErrEncrypted
	}
	return document.ErrDamaged
}

// pagesOf is inspect by pdfium, which reports sizes after rotation.
func pagesOf(drawer pdfium.Pdfium, of references.FPDF_DOCUMENT) ([]size, error) {
	counted, err := drawer.FPDF_GetPageCount(&requests.FPDF_GetPageCount{Document: of})
	if err != nil {
		return nil, document.ErrDamaged
	}
	allowed, err := drawer.FPDF_GetDocPermissions(&requests.FPDF_GetDocPermissions{Document: of})
	if err == nil && !allowed.PrintDocument {
		return nil, document.ErrPrintingForbidden
	}
	if counted.PageCount == 0 {
		return nil, document.ErrEmpty
	}
	if counted.PageCount > document.MaxPages {
		return nil, document.ErrTooLong
	}
	var pages []size
	for n := range counted.PageCount {
		shown, err := drawer.FPDF_GetPageSizeByIndex(&requests.FPDF_GetPageSizeByIndex{Document: of, Index: n})
		if err != nil {
			return nil, document.ErrDamaged
		}
		pages = append(pages, inInches(size{width: shown.Width, height: shown.Height}))
	}
	return pages, nil
}

// drawByPdfium draws a page with square pixels, as pdfium does, and then scales its lines to the resolution.
func (r run) drawByPdfium(drawer pdfium.Pdfium, of references.FPDF_DOCUMENT, n int, shown size, j document.Job) (faxpage.Page, error) {
	perInch := max(r.perInchX, r.perInchY)
	drawn, err := drawer.RenderPageInPixels(&requests.RenderPageInPixels{
		Page:  requests.Page{ByIndex: &requests.PageByIndex{Document: of, Index: n - 1}},
		Width: int(shown.width*perInch + 0.5), Height: int(shown.height*perInch + 0.5), ImageFormat: requests.RenderImageFormatGrayscale,
	})
	if err != nil {
		return faxpage.Page{}, document.ErrDamaged
	}
	defer drawn.Cleanup()
	grey, ok := drawn.Result.RenderedImage.(*image.Gray)
	if !ok {
		return faxpage.Page{}, errors.New("pdfium did not draw a grey picture")
	}
	width, height := int(shown.width*r.perInchX+0.5), int(shown.height*r.perInchY+0.5)
	grey = raster.Resize(grey, max(width, 1), max(height, 1))
	return r.page(raster.Bitmap{Grey: grey}, j), nil
}
