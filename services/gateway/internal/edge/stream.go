package edge

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"
)

const (
	streamBuffer = 64 << 10
	// streamTimeout is how long a client may take to read one buffer of a document.
	streamTimeout = 90 * time.Second
)

// Document is a response body that is written while it is read, so that its length takes no memory.
type Document struct {
	ContentType string
	FileName    string // empty to display it inline
	Write       func(ctx context.Context, w io.Writer) error
	Close       func() // called once, after Write has succeeded or failed
}

// Stream responds with a document. An error before the first byte becomes an error response; a later one closes the
// connection, so that no client mistakes a part for the whole.
func (r *Responder) Stream(c *gin.Context, status int, d *Document) {
	defer d.Close()
	buffer := bufio.NewWriterSize(streamWriter{c, status, d}, streamBuffer)
	err := d.Write(c.Request.Context(), buffer)
	if err == nil {
		err = buffer.Flush()
	}
	if err == nil {
		return
	}
	if !c.Writer.Written() {
		r.Error(c, err)
		return
	}
	if c.Request.Context().Err() == nil {
		r.Log.ErrorContext(c.Request.Context(), "a document was broken off", "route", c.FullPath(), "error", err)
	}
	panic(http.ErrAbortHandler)
}

// streamWriter sends the headers with the first bytes and extends the deadline with each write: a long document may
// take longer than other responses.
type streamWriter struct {
	c      *gin.Context
	status int
	d      *Document
}

func (w streamWriter) Write(b []byte) (int, error) {
	controller := http.NewResponseController(w.c.Writer)
	if !w.c.Writer.Written() {
		_ = controller.SetReadDeadline(time.Time{}) // the whole request is read; its deadline would end this
		w.c.Header("Content-Type", w.d.ContentType)
		if w.d.FileName != "" {
			w.c.Header("Content-Disposition", `attachment; filename="`+w.d.FileName+`"`)
		}
		w.c.Status(w.status)
	}
	_ = controller.SetWriteDeadline(time.Now().Add(streamTimeout))
	return w.c.Writer.Write(b)
}
