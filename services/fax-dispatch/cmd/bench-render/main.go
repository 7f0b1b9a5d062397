// Command bench-render compares speed and memory of two ways to render PDF files to Group 4 pages: mintfax's own, as for
// an upload, and Ghostscript's tiffg4 device.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
)

func main() {
	rounds := flag.Int("rounds", 11, "how often each document is rendered")
	flag.Parse()
	if err := bench(context.Background(), os.Stdout, flag.Args(), *rounds); err != nil {
		fmt.Fprintln(os.Stderr, "bench-render:", err)
		os.Exit(1)
	}
}
