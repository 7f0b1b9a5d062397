// Command renderer is the process that reads a customer's document: fax-dispatch starts it for one document each, without
// an environment, and it confines itself before it reads a byte. It starts in milliseconds, so it links nothing but what
// drawing takes.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/document"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/pdf"
)

func main() {
	if err := run(context.Background(), os.Args[1:], os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "renderer:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, in io.Reader, out io.Writer) error {
	switch {
	case len(args) > 0 && args[0] == document.RenderArgument:
		return renderDocument(ctx, args[1:], in, out)
	case len(args) == 2 && args[0] == document.CompileArgument:
		return pdf.Compile(ctx, args[1])
	default:
		return errors.New("fax-dispatch starts this program")
	}
}
