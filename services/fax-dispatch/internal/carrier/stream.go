package carrier

import (
	"bufio"
	"errors"
	"fmt"
	"io"

	"github.com/mintfax/mintfax/shared/documents"
)

// streamed is how many bytes of a body are held in memory.
const streamed = 64 << 10

// Stream returns the body of a request with a document in it, which is written while it is sent. It closes the document when it
// has been written, or when it is closed itself.
func Stream(document io.ReadCloser, write func(to io.Writer, document io.Reader) error) io.ReadCloser {
	from, to := io.Pipe()
	go func() {
		defer document.Close()
		defer func() {
			if cause := recover(); cause != nil {
				to.CloseWithError(fmt.Errorf("writing the request panicked: %v", cause))
			}
		}()
		buffered := bufio.NewWriterSize(to, streamed)
		err := write(buffered, document)
		if err == nil {
			err = buffered.Flush()
		}
		to.CloseWithError(err)
	}()
	return from
}

// Unreadable reports whether a document is damaged or gone. A request that breaks off with such an error was never complete, so
// nothing was placed.
func Unreadable(err error) bool {
	return errors.Is(err, documents.ErrDamaged) || errors.Is(err, documents.ErrNotFound)
}
