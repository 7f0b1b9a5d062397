package telnyx

import (
	"bytes"
	"encoding/base64"
	"io"
	"mime/multipart"
	"slices"
	"strings"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/carrier"
	"github.com/mintfax/mintfax/shared/faxpage"
)

// form is a request to place a call, and its size in bytes. The document is read while it is sent.
func (c *Carrier) form(call carrier.Call, document io.ReadCloser) (form io.ReadCloser, size int64, contentType string) {
	var text bytes.Buffer
	parts := multipart.NewWriter(&text) // writing into a buffer has no errors
	for _, field := range c.fields(call) {
		_ = parts.WriteField(field[0], field[1])
	}
	_, _ = parts.CreateFormFile("contents", "fax.tif")
	begin := text.Len()
	_ = parts.Close()
	head, tail := text.Bytes()[:begin], text.Bytes()[begin:]
	return carrier.Stream(document, func(to io.Writer, document io.Reader) error {
		_, err := io.Copy(to, io.MultiReader(bytes.NewReader(head), document, bytes.NewReader(tail)))
		return err
	}), int64(text.Len()) + call.Document.Size, parts.FormDataContentType()
}

func (c *Carrier) fields(call carrier.Call) [][2]string {
	quality := "high"
	if call.Resolution == faxpage.Standard {
		quality = "normal"
	}
	fields := [][2]string{
		{"connection_id", c.cfg.ConnectionID},
		{"from", c.cfg.From},
		{"to", call.To},
		{"quality", quality},
		{"store_media", "false"},
		{"client_state", base64.StdEncoding.EncodeToString([]byte(call.AttemptID))},
	}
	if name := displayName(call.CSID); name != "" {
		fields = append(fields, [2]string{"from_display_name", name})
	}
	if slices.Contains(call.Earlier, badECM) {
		fields = append(fields, [2]string{"t38_enabled", "false"})
	}
	return fields
}

// displayName is a sender's id without what Telnyx refuses in a name: it takes letters, digits, spaces and -_~!.+ only.
func displayName(csid string) string {
	kept := strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', strings.ContainsRune("-_~!.+", r):
			return r
		case r == '\'': // so that St. Mary's stays one word
			return -1
		default:
			return ' '
		}
	}, csid)
	return strings.Join(strings.Fields(kept), " ")
}
