package office

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/document"
	"github.com/mintfax/mintfax/shared/apierror"
)

const (
	connectTimeout  = 5 * time.Second
	responseTimeout = convertTimeout + 10*time.Second // longer, so that the converter reports its own timeout
)

// Remote converts by converters at a URL.
type Remote struct {
	worker string
	url    string
	atOnce int
	http   *http.Client
}

// NewRemote returns a converter that sends documents to the given number of converters at a URL. It uses no proxy, and a
// new connection for each document, so that it finds a restarted converter, or another one behind the name, at once.
// HTML is sanitized before it is sent, by runs of the program Worker.
func NewRemote(base, worker string, converters int) *Remote {
	dialer := &net.Dialer{Timeout: connectTimeout}
	return &Remote{
		worker: worker, atOnce: converters * AtOnce,
		url:  strings.TrimSuffix(base, "/") + convertPath,
		http: &http.Client{Timeout: responseTimeout, Transport: &http.Transport{DialContext: dialer.DialContext, DisableKeepAlives: true}},
	}
}

// AtOnce is how many documents are sent at once.
func (c *Remote) AtOnce() int { return c.atOnce }

// PDF converts a document within some CPU time. A document that cannot be converted is refused with a document.Refusal.
// When the converter is unreachable or overloaded the error is service_unavailable, which says nothing about the document.
func (c *Remote) PDF(ctx context.Context, content []byte, kind document.Type, sheet document.Sheet, cpu time.Duration) ([]byte, error) {
	if kind == document.HTML {
		var err error
		if content, err = Sanitize(ctx, c.worker, content, sheet); err != nil {
			return nil, err
		}
	}
	if len(content) > maxDocument {
		return nil, document.ErrTooLarge
	}
	query := url.Values{sheetParameter: {string(sheet)}, secondsParameter: {strconv.Itoa(int(cpu.Seconds()))}}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, c.url+"?"+query.Encode(), bytes.NewReader(content))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", string(kind))
	response, err := c.http.Do(request)
	if err != nil {
		return nil, unavailable(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, MaxPDF+1))
	if err != nil {
		return nil, unavailable(err)
	}
	return result(response.StatusCode, body)
}

func result(status int, body []byte) ([]byte, error) {
	message := strings.TrimSpace(string(body[:min(len(body), maxMessage)]))
	switch {
	case status == http.StatusOK && len(body) > MaxPDF:
		return nil, document.ErrTooLarge
	case status == http.StatusOK:
		return body, nil
	case status == http.StatusUnprocessableEntity && document.IsRefusal(message):
		return nil, document.Refusal(message)
	case status >= http.StatusInternalServerError:
		return nil, unavailable(fmt.Errorf("status %d: %s", status, message))
	default:
		return nil, fmt.Errorf("CONVERTER_URL is not a converter: status %d: %s", status, message)
	}
}

func unavailable(err error) error {
	return apierror.Wrap(apierror.ServiceUnavailable, fmt.Errorf("the converter: %w", err))
}
