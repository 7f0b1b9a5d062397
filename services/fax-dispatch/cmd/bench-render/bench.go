package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"syscall"
	"text/tabwriter"
	"time"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/document"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/rendertest"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/sandbox"
	"github.com/mintfax/mintfax/shared/faxpage"
)

// program is a command that renders a file.
type program struct {
	name    string
	command func(ctx context.Context, input string) *exec.Cmd
}

// result is what a program took for a document, the medians of all rounds.
type result struct {
	took   time.Duration
	memory int64 // kilobytes of its largest process
}

// documents are rendered, by the names of their files.
var documents = []struct {
	name  string
	pages int
	make  func(pages int) []byte
}{
	{"20 pages of text", 20, rendertest.TextPDF},
	{"5 photos", 5, rendertest.PhotoPDF},
}

// bench renders every document by every program, alternately, and prints medians. With a directory as its argument it
// prepares that one instead, in a process of its own: its memory would count for the processes that it starts.
func bench(ctx context.Context, to io.Writer, args []string, rounds int) error {
	if len(args) == 1 {
		return prepare(ctx, args[0])
	}
	dir, err := os.MkdirTemp("", "mintfax-bench-render-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	self, err := os.Executable()
	if err != nil {
		return err
	}
	if output, err := exec.CommandContext(ctx, self, dir).CombinedOutput(); err != nil {
		return fmt.Errorf("prepare: %w: %s", err, output)
	}
	return compare(ctx, to, dir, rounds)
}

func prepare(ctx context.Context, dir string) error {
	for _, d := range documents {
		if err := os.WriteFile(filepath.Join(dir, d.name), d.make(d.pages), 0o600); err != nil {
			return err
		}
	}
	return nil
}

func compare(ctx context.Context, to io.Writer, dir string, rounds int) error {
	programs, err := programsIn(ctx, dir)
	if err != nil {
		return err
	}
	table := tabwriter.NewWriter(to, 0, 0, 2, ' ', 0)
	fmt.Fprintf(table, "document\tby\tpages a second\tagainst Ghostscript\tlargest process\n")
	for _, doc := range documents {
		results, err := measure(ctx, programs, filepath.Join(dir, doc.name), rounds)
		if err != nil {
			return err
		}
		for i, r := range results {
			fmt.Fprintf(table, "%s\t%s\t%.0f\t%.2f\t%.0f MB\n", doc.name, programs[i].name, float64(doc.pages)/r.took.Seconds(),
				results[0].took.Seconds()/r.took.Seconds(), float64(r.memory)/1000)
		}
	}
	return table.Flush()
}

// programsIn lists the programs. The others are compared with the first.
func programsIn(ctx context.Context, dir string) ([]program, error) {
	ghostscript, err := exec.LookPath("gs")
	if err != nil {
		return nil, fmt.Errorf("install the Debian package ghostscript: %w", err)
	}
	poppler, err := exec.LookPath(document.PopplerDraw)
	if err != nil {
		return nil, fmt.Errorf("install the Debian package poppler-utils: %w", err)
	}
	info, err := exec.LookPath(document.PopplerInfo)
	if err != nil {
		return nil, fmt.Errorf("install the Debian package poppler-utils: %w", err)
	}
	renderer, err := sandbox.FindWorker(render.Worker)
	if err != nil {
		return nil, err
	}
	compiled := filepath.Join(dir, "pdfium")
	if err := render.CompilePdfium(ctx, renderer, compiled); err != nil {
		return nil, err
	}
	ours := func(drawer string) func(context.Context, string) *exec.Cmd {
		args := document.Programs{PDF: drawer, Info: info}.Args(document.Job{Type: document.PDF, Resolution: faxpage.Fine})
		return func(ctx context.Context, _ string) *exec.Cmd { return exec.CommandContext(ctx, renderer, args...) }
	}
	return []program{
		{"Ghostscript", func(ctx context.Context, input string) *exec.Cmd {
			return exec.CommandContext(ctx, ghostscript, "-q", "-dNOPAUSE", "-dBATCH", "-dSAFER", "-sDEVICE=tiffg4", "-r204x196",
				"-sOutputFile="+filepath.Join(dir, "out.tif"), input)
		}},
		{"mintfax", ours(poppler)},
		{"mintfax, pdfium as WebAssembly", ours(document.PdfiumPrefix + compiled)},
	}, nil
}

func measure(ctx context.Context, programs []program, input string, rounds int) ([]result, error) {
	content, err := os.ReadFile(input)
	if err != nil {
		return nil, err
	}
	took, memory := make([][]time.Duration, len(programs)), make([][]int64, len(programs))
	for range rounds {
		for i, p := range programs {
			command := p.command(ctx, input)
			var stderr bytes.Buffer
			command.Stdin, command.Stdout, command.Stderr = bytes.NewReader(content), io.Discard, &stderr
			began := time.Now()
			if err := command.Run(); err != nil {
				return nil, fmt.Errorf("%s: %w: %s", p.name, err, stderr.Bytes())
			}
			took[i] = append(took[i], time.Since(began))
			usage, ok := command.ProcessState.SysUsage().(*syscall.Rusage)
			if !ok {
				return nil, fmt.Errorf("%s: its resource usage is unknown", p.name)
			}
			memory[i] = append(memory[i], usage.Maxrss)
		}
	}
	results := make([]result, len(programs))
	for i := range programs {
		slices.Sort(took[i])
		slices.Sort(memory[i])
		results[i] = result{took[i][rounds/2], memory[i][rounds/2]}
	}
	return results, nil
}
