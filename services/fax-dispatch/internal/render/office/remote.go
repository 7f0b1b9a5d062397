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
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/markup"
	"github.com/mintfax/mintfax/shared/apierror"
)

const (
	connectLimit = 5 * time.Second
	answerLimit  = patience + 10*time.Second // so that the converter itself tells that it had no time
)

// Remote converts documents by the converter at a URL.
type Remote struct {
	self   string
	url    string
	atOnce int
	http   *http.Client
}

// NewRemote returns a converter that asks the ones at a URL, of which there are so many, without a proxy, each time by a connection of its own: one that
// was started again, or another of several behind a name, is found at once. Pages of HTML are made harmless by runs of
// the program self before they leave.
func NewRemote(base, self string, converters int) *Remote {
	dialer := &net.Dialer{Timeout: connectLimit}
	return &Remote{
		self: self, atOnce: converters * AtOnce,
		url:  strings.TrimSuffix(base, "/") + path,
		http: &http.Client{Timeout: answerLimit, Transport: &http.Transport{DialContext: dialer.DialContext, DisableKeepAlives: true}},
	}
}

// AtOnce is how many documents are sent at once.
func (c *Remote) AtOnce() int { return c.atOnce }

// PDF converts a document with so much of the CPU. One that cannot be converted is refused with a document.Refusal. When the converter is away,
// or has too much to do, the error is service_unavailable, since nothing is known about the document.
func (c *Remote) PDF(ctx context.Context, content []byte, kind document.Type, sheet document.Sheet, cpu time.Duration) ([]byte, error) {
	if kind == document.HTML {
		var err error
		if content, err = markup.Sanitize(ctx, c.self, content, sheet); err != nil {
			return nil, err
		}
	}
	if len(content) > maxDocument {
		return nil, document.ErrTooLarge
	}
	question := url.Values{sheetParameter: {string(sheet)}, secondsParameter: {strconv.Itoa(int(cpu.Seconds()))}}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, c.url+"?"+question.Encode(), bytes.NewReader(content))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", string(kind))
	response, err := c.http.Do(request)
	if err != nil {
		return nil, away(err)
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(response.Body, MaxPDF+1))
	if err != nil {
		return nil, away(err)
	}
	return judge(response.StatusCode, answer)
}

func judge(status int, answer []byte) ([]byte, error) {
	words := strings.TrimSpace(string(answer[:min(len(answer), longestComplaint)]))
	switch {
	case status == http.StatusOK && len(answer) > MaxPDF:
		return nil, document.ErrTooLarge
	case status == http.StatusOK:
		return answer, nil
	case status == http.StatusUnprocessableEntity && document.IsRefusal(words):
		return nil, document.Refusal(words)
	case status >= http.StatusInternalServerError:
		return nil, away(fmt.Errorf("it answers %d: %s", status, words))
	default:
		return nil, fmt.Errorf("what answers at CONVERTER_URL is no converter: %d: %s", status, words)
	}
}

func away(err error) error {
	return apierror.Wrap(apierror.ServiceUnavailable, fmt.Errorf("the converter: %w", err))
}
