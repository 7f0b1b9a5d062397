package office

import (
	"context"
	"errors"
	"io"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/document"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/sandbox"
)

// sanitizeArgument is the first argument of a sanitizing worker; the sheet follows.
const sanitizeArgument = "sanitize"

// maxPage is the maximum size of a page, in bytes, before and after sanitizing.
const maxPage = 32 << 20

// Sanitize reduces a page of HTML to what requests nothing when it is shown. Parsers of HTML and styles are as confined
// as those of any other document: a worker, which is a run of program, which is Worker, does the work. A page that crashes the
// worker or uses up its CPU budget is refused with a document.Refusal.
func Sanitize(ctx context.Context, program string, content []byte, sheet document.Sheet) (page []byte, err error) {
	worker := sandbox.Command(ctx, program, sanitizeArgument, string(sheet))
	err = sandbox.Run(ctx, worker, content, func(out io.Reader) error {
		page, err = io.ReadAll(io.LimitReader(out, maxPage+1))
		if err == nil && len(page) > maxPage {
			return document.ErrTooLarge
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return page, nil
}

// sanitizeMain is the main function of a sanitizing worker: it reads a page from in and writes the sanitized one to out.
// args are its arguments after sanitizeArgument.
func sanitizeMain(args []string, in io.Reader, out io.Writer) error {
	if len(args) != 1 {
		return errors.New("the sheet is missing")
	}
	if err := sandbox.Enter(sandbox.WorkerMemory); err != nil {
		return err
	}
	content, err := io.ReadAll(io.LimitReader(in, maxPage))
	if err != nil {
		return err
	}
	_, err = out.Write(sanitized(content, document.Sheet(args[0])))
	return err
}
