package child

import (
	"bytes"
	"errors"

	"github.com/pdfcpu/pdfcpu/pkg/api"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/model"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/document/pages"
)

// readPDF validates the file too: that compares the page tree with the count it declares.
func readPDF(content []byte) (int, error) {
	api.DisableConfigDir()
	config := model.NewDefaultConfiguration()
	config.Offline = true
	ctx, err := api.ReadAndValidate(bytes.NewReader(content), config)
	if errors.Is(err, pdfcpu.ErrWrongPassword) || errors.Is(err, pdfcpu.ErrEncrypted) {
		return 0, pages.ErrEncrypted
	}
	if err != nil {
		return 0, pages.ErrDamaged
	}
	if ctx.Encrypt != nil {
		return 0, pages.ErrEncrypted // with an empty password, but not meant to be read by us
	}
	return ctx.PageCount, nil
}
