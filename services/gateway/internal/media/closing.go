package media

import (
	"bytes"
	"io"
)

// closing watches a body for the form's closing delimiter. The multipart reader does not distinguish a complete form from
// one that was cut off between two parts or in a part's header.
type closing struct {
	body      io.ReadCloser
	delimiter []byte
	tail      []byte
	seen      bool
}

func newClosing(body io.ReadCloser, boundary string) *closing {
	return &closing{body: body, delimiter: []byte("--" + boundary + "--")}
}

func (c *closing) Read(p []byte) (int, error) {
	n, err := c.body.Read(p)
	if !c.seen && n > 0 {
		window := append(c.tail, p[:n]...)
		c.seen = bytes.Contains(window, c.delimiter)
		c.tail = append([]byte{}, window[max(0, len(window)-len(c.delimiter)):]...)
	}
	return n, err
}

func (c *closing) Close() error { return c.body.Close() }
