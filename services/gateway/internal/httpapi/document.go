package httpapi

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"
)

const (
	documentBuffer = 64 << 10
	// documentPatience is how long a client may take to read a buffer of a document.
	documentPatience = 90 * time.Second
)

// document is an answer that is written as it comes.
type document struct {
	contentType string
	fileName    string // empty to show it where it is asked for
	write       func(ctx context.Context, w io.Writer) error
	done        func() // when it is written or broken off
}

// writeDocument answers with a document, or with the error if none of it has been sent yet. After that
// the connection is broken off, so that nobody takes a part for the whole.
func (a *API) writeDocument(c *gin.Context, status int, d *document) {
	defer d.done()
	buffer := bufio.NewWriterSize(startingWriter{c, status, d}, documentBuffer)
	err := d.write(c.Request.Context(), buffer)
	if err == nil {
		err = buffer.Flush()
	}
	if err == nil {
		return
	}
	if !c.Writer.Written() {
		a.refuse(c, err)
		return
	}
	if c.Request.Context().Err() == nil {
		a.Log.ErrorContext(c.Request.Context(), "a document was broken off", "route", c.FullPath(), "error", err)
	}
	panic(http.ErrAbortHandler)
}

// startingWriter sends the headers with the first bytes, and gives the client its time for each write: a
// long document may take longer than an answer otherwise may.
type startingWriter struct {
	c      *gin.Context
	status int
	d      *document
}

func (w startingWriter) Write(b []byte) (int, error) {
	controller := http.NewResponseController(w.c.Writer)
	if !w.c.Writer.Written() {
		_ = controller.SetReadDeadline(time.Time{}) // all of the request is read; its deadline would end this
		w.c.Header("Content-Type", w.d.contentType)
		if w.d.fileName != "" {
			w.c.Header("Content-Disposition", `attachment; filename="`+w.d.fileName+`"`)
		}
		w.c.Status(w.status)
	}
	_ = controller.SetWriteDeadline(time.Now().Add(documentPatience))
	return w.c.Writer.Write(b)
}
