package sinch

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/carrier"
)

// body is a request to place a call, and its size in bytes. The document is encoded in base64 while it is sent.
func (c *Carrier) body(call carrier.Call, document io.ReadCloser) (body io.ReadCloser, size int64, err error) {
	asked := map[string]any{
		"to": call.To, "from": c.cfg.From, "maxRetries": 0, "imageConversionMethod": "MONOCHROME",
		"resolution": "FINE", // there is none for standard pages: Sinch has fine and superfine
		"labels":     map[string]string{attemptLabel: call.AttemptID}, "callbackUrl": c.cfg.CallbackURL, "callbackUrlContentType": "application/json",
	}
	if call.CSID != "" {
		asked["headerText"] = call.CSID // the only place that Sinch has for a sender's name; it takes 50 characters
	}
	fields, err := json.Marshal(asked)
	if err != nil {
		return nil, 0, errors.Join(err, document.Close())
	}
	head := string(fields[:len(fields)-1]) + `,"files":[{"fileType":"TIF","file":"`
	const tail = `"}]}`
	return carrier.Stream(document, func(to io.Writer, document io.Reader) error {
		if _, err := io.WriteString(to, head); err != nil {
			return err
		}
		encoder := base64.NewEncoder(base64.StdEncoding, to)
		if _, err := io.Copy(encoder, document); err != nil {
			return err
		}
		if err := encoder.Close(); err != nil {
			return err
		}
		_, err := io.WriteString(to, tail)
		return err
	}), int64(len(head)) + encoded(call.Document.Size) + int64(len(tail)), nil
}

// encoded returns the size of size bytes in base64.
func encoded(size int64) int64 { return (size + 2) / 3 * 4 }
