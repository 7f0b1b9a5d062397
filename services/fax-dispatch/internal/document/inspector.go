package document

import (
	"context"
	"errors"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/document/child"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/document/pages"
)

// Inspector judges uploaded files.
type Inspector struct {
	children *child.Pool
}

// NewInspector returns an inspector that runs the given program, which is this one, for its children.
func NewInspector(program string) *Inspector {
	return &Inspector{children: child.NewPool(program)}
}

// Inspect returns the type of a file and how many pages it has. Text is laid out on sheets of the
// given size. A file that cannot be faxed is refused with a pages.Refusal; any other error means that
// the file could not be judged now.
func (i *Inspector) Inspect(ctx context.Context, content []byte, sheet pages.Sheet) (Type, int, error) {
	kind, err := TypeOf(content)
	if err != nil {
		return "", 0, err
	}
	count, err := i.count(ctx, kind, content, sheet)
	if err == nil && count < 1 {
		err = pages.ErrEmpty
	}
	return kind, count, err
}

func (i *Inspector) count(ctx context.Context, kind Type, content []byte, sheet pages.Sheet) (int, error) {
	switch kind {
	case Text:
		return pages.InText(content, sheet)
	case TIFF:
		return pages.InTIFF(content)
	case PDF:
		return i.children.Count(ctx, child.PDF, content)
	case PNG:
		return i.children.Count(ctx, child.PNG, content)
	case JPEG:
		return i.children.Count(ctx, child.JPEG, content)
	}
	return 0, errors.New("nobody counts the pages of " + string(kind))
}
