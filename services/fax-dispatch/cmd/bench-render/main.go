// Command bench-render compares speed and memory of two ways to render PDF files to Group 4 pages: mintfax's own, as for
// an upload, and Ghostscript's tiffg4 device.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render"
)

func main() {
	ctx := context.Background()
	started, err := render.Process(ctx, os.Args)
	if !started {
		rounds := flag.Int("rounds", 11, "how often each document is rendered")
		flag.Parse()
		err = bench(ctx, os.Stdout, flag.Args(), *rounds)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench-render:", err)
		os.Exit(1)
	}
}
