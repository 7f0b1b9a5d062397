// Command bench-render compares how fast, and in how much memory, PDF files become Group 4 pages: by what mintfax
// does for an upload, and by Ghostscript's tiffg4 device.
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
	is, err := render.Process(ctx, os.Args)
	if !is {
		rounds := flag.Int("rounds", 11, "how often each is done")
		flag.Parse()
		err = bench(ctx, os.Stdout, flag.Args(), *rounds)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench-render:", err)
		os.Exit(1)
	}
}
