package apiclient

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"slices"
	"strings"
	"time"
)

// Client speaks to one gateway. Trace, when set, sees every exchange.
type Client struct {
	BaseURL string // of the gateway, without a trailing slash
	MailDir string // where mails arrive as files
	Trace   func(Exchange)
	http    *http.Client
}

// Exchange is one request and its answer.
type Exchange struct {
	Method string
	Path   string
	Key    string
	Sent   string // the body, or for an upload its fields
	Answer Answer
}

// Answer is an HTTP answer, read whole.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte
}

// New returns a client that does not follow redirects.
func New(baseURL, mailDir string) *Client {
	return &Client{
		BaseURL: strings.TrimRight(baseURL, "/"),
		MailDir: mailDir,
		http: &http.Client{
			Timeout:       30 * time.Second,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
			Transport:     &http.Transport{MaxIdleConnsPerHost: 256},
		},
	}
}

// SetTransport has the client's requests carried by transport.
func (c *Client) SetTransport(transport http.RoundTripper) *Client {
	c.http.Transport = transport
	return c
}

// Decode reads the JSON body into v.
func (a Answer) Decode(v any) error {
	if err := json.Unmarshal(a.Body, v); err != nil {
		return fmt.Errorf("the answer (status %d) is not the JSON expected: %w: %.200s", a.Status, err, a.Body)
	}
	return nil
}

// ErrorCode is the error field of an error envelope, or empty.
func (a Answer) ErrorCode() string {
	var envelope struct {
		Error string `json:"error"`
	}
	_ = json.Unmarshal(a.Body, &envelope)
	return envelope.Error
}

// Header is one extra header of a request.
type Header struct{ Name, Value string }

// Do sends body, as JSON unless it is nil or an io.Reader, and returns whatever the answer is.
func (c *Client) Do(ctx context.Context, method, path, key string, body any, headers ...Header) (Answer, error) {
	var sent []byte
	contentType := ""
	switch b := body.(type) {
	case nil:
	case []byte:
		sent = b
	default:
		encoded, err := json.Marshal(body)
		if err != nil {
			return Answer{}, err
		}
		sent, contentType = encoded, "application/json"
	}
	return c.send(ctx, method, path, key, contentType, sent, string(sent), headers)
}

// Upload is a fax to send. Fields are in addition to To.
type Upload struct {
	To       string
	FileName string
	File     []byte
	Fields   map[string]string
}

// SendFax posts an upload to /v1/faxes.
func (c *Client) SendFax(ctx context.Context, key string, up Upload, headers ...Header) (Answer, error) {
	return c.upload(ctx, "/v1/faxes", key, up, headers)
}

// Quote requests the price of an upload.
func (c *Client) Quote(ctx context.Context, key string, up Upload) (Answer, error) {
	return c.upload(ctx, "/v1/faxes/quote", key, up, nil)
}

func (c *Client) upload(ctx context.Context, path, key string, up Upload, headers []Header) (Answer, error) {
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	shown := []string{"to=" + up.To}
	if err := form.WriteField("to", up.To); err != nil {
		return Answer{}, err
	}
	for name, value := range up.Fields {
		shown = append(shown, name+"="+value)
		if err := form.WriteField(name, value); err != nil {
			return Answer{}, err
		}
	}
	slices.Sort(shown[1:])
	if up.File != nil {
		shown = append(shown, fmt.Sprintf("file=@%s (%d bytes)", up.FileName, len(up.File)))
		part, err := form.CreatePart(textproto.MIMEHeader{
			"Content-Disposition": {fmt.Sprintf(`form-data; name="file"; filename=%q`, up.FileName)},
			"Content-Type":        {"application/octet-stream"},
		})
		if err != nil {
			return Answer{}, err
		}
		if _, err := part.Write(up.File); err != nil {
			return Answer{}, err
		}
	}
	if err := form.Close(); err != nil {
		return Answer{}, err
	}
	return c.send(ctx, http.MethodPost, path, key, form.FormDataContentType(), body.Bytes(), strings.Join(shown, "  "), headers)
}

func (c *Client) send(ctx context.Context, method, path, key, contentType string, body []byte, shown string, headers []Header) (Answer, error) {
	request, err := http.NewRequestWithContext(ctx, method, c.BaseURL+path, bytes.NewReader(body))
	if err != nil {
		return Answer{}, err
	}
	if contentType != "" {
		request.Header.Set("Content-Type", contentType)
	}
	if key != "" {
		request.Header.Set("Authorization", "Bearer "+key)
	}
	for _, h := range headers {
		request.Header.Set(h.Name, h.Value)
	}
	response, err := c.http.Do(request)
	if err != nil {
		return Answer{}, err
	}
	defer response.Body.Close()
	read, err := io.ReadAll(response.Body)
	if err != nil {
		return Answer{}, err
	}
	answer := Answer{Status: response.StatusCode, Header: response.Header, Body: read}
	if c.Trace != nil {
		c.Trace(Exchange{Method: method, Path: path, Key: key, Sent: shown, Answer: answer})
	}
	return answer, nil
}
