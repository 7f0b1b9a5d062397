package child

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/document/pages"
)

// Argument is the first argument of a child; the second is a Kind.
const Argument = "inspect"

// Kind is a type of document that a child can read.
type Kind string

// The kinds.
const (
	PDF  Kind = "pdf"
	PNG  Kind = "png"
	JPEG Kind = "jpeg"
)

// answer is what a child writes to its standard output.
type answer struct {
	Pages   int           `json:"pages"`
	Refusal pages.Refusal `json:"refusal,omitempty"`
}

// Main is the whole of a child: it reads a document from in and writes its answer to out.
func Main(kind Kind, in io.Reader, out io.Writer) error {
	if err := limit(); err != nil {
		return fmt.Errorf("set the limits: %w", err)
	}
	content, err := io.ReadAll(in)
	if err != nil {
		return err
	}
	count, err := read(kind, content)
	var refusal pages.Refusal
	if err != nil && !errors.As(err, &refusal) {
		return err
	}
	return json.NewEncoder(out).Encode(answer{Pages: count, Refusal: refusal})
}

func read(kind Kind, content []byte) (int, error) {
	switch kind {
	case PDF:
		return readPDF(content)
	case PNG:
		return readPNG(content)
	case JPEG:
		return readJPEG(content)
	}
	return 0, fmt.Errorf("nobody reads %q", kind)
}
