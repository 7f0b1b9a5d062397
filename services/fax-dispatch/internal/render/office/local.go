package office

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/document"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/sandbox"
)

// Program is LibreOffice, of the Debian packages libreoffice-writer-nogui and libreoffice-calc-nogui.
const Program = "soffice"

// CPU is the CPU time that LibreOffice may take for a document.
const CPU = 15 * time.Second

// AtOnce is how many documents LibreOffice converts at once on a machine. Each takes some hundred MB and a core.
const AtOnce = 2

// MaxPDF is the maximum size of a PDF file that LibreOffice makes, in bytes.
const MaxPDF = 64 << 20

// Local converts by LibreOffice on this machine, which runs once for each document, each time with a new profile.
type Local struct {
	worker  string // the path of Worker, which confines LibreOffice
	program string // empty without LibreOffice
	slots   chan struct{}
}

// NewLocal returns a converter by the LibreOffice at a path. Without a path, it refuses every document. It removes the
// files that an earlier converter has left behind.
func NewLocal(worker, program string) (*Local, error) {
	return &Local{worker: worker, program: program, slots: make(chan struct{}, AtOnce)}, removeLeftovers(os.TempDir())
}

// Installed reports whether there is a LibreOffice.
func (l *Local) Installed() bool { return l.program != "" }

// AtOnce is how many documents are converted at once.
func (*Local) AtOnce() int { return AtOnce }

// PDF converts a document within some CPU time, at most the constant CPU. A document that cannot be converted is refused
// with a document.Refusal.
func (l *Local) PDF(ctx context.Context, content []byte, kind document.Type, sheet document.Sheet, cpu time.Duration) (pdf []byte, err error) {
	if l.program == "" {
		return nil, document.ErrUnsupported
	}
	if kind == document.HTML {
		if content, err = Sanitize(ctx, l.worker, content, sheet); err != nil {
			return nil, err
		}
	}
	select {
	case l.slots <- struct{}{}:
		defer func() { <-l.slots }()
	case <-ctx.Done():
		return nil, fmt.Errorf("wait to convert a document: %w", ctx.Err())
	}
	dir, err := os.MkdirTemp("", dirPrefix)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	name := "document" + extension(kind)
	if err := prepare(dir, name, content); err != nil {
		return nil, err
	}
	return l.convert(ctx, dir, name, kind, min(cpu, CPU))
}

func (l *Local) convert(ctx context.Context, dir, name string, kind document.Type, cpu time.Duration) ([]byte, error) {
	limited, cancel := context.WithTimeout(ctx, wallTime(cpu))
	defer cancel()
	command := sandbox.ExecCommand(limited, l.worker, dir, cpu, l.program,
		"-env:UserInstallation=file://"+filepath.Join(dir, "profile"), "--headless", "--norestore", "--nolockcheck",
		"--infilter="+filter(kind), "--convert-to", "pdf", "--outdir", filepath.Join(dir, "out"), filepath.Join(dir, name),
	)
	command.Env = []string{"HOME=" + dir, "PATH=/usr/bin:/bin", "LANG=C.UTF-8", "TMPDIR=" + dir}
	output := sandbox.NewHead(maxOutput)
	command.Stdout, command.Stderr = output, output
	runErr := command.Run()
	if ctx.Err() != nil {
		return nil, fmt.Errorf("convert a document: %w", ctx.Err())
	}
	pdf, err := readPDF(dir, filepath.Join("out", strings.TrimSuffix(name, extension(kind))+".pdf"))
	switch {
	case err == nil:
		return pdf, nil
	case !errors.Is(err, fs.ErrNotExist):
		return nil, err
	case limited.Err() != nil || cpuTime(command.ProcessState) >= cpu-time.Second:
		return nil, document.ErrTooComplex
	case runErr != nil && !errors.As(runErr, new(*exec.ExitError)):
		return nil, fmt.Errorf("convert a document: %w: %s", runErr, output)
	default:
		return nil, document.ErrDamaged // LibreOffice reports success even when it fails
	}
}

// maxOutput is how many bytes of LibreOffice's messages go into an error.
const maxOutput = 4 << 10

// wallTime is how long LibreOffice may take on the clock, with other work on the machine.
func wallTime(cpu time.Duration) time.Duration { return 3 * cpu }

// cpuTime is the CPU time of a process that has ended and of its descendants.
func cpuTime(state *os.ProcessState) time.Duration {
	if state == nil {
		return 0
	}
	return state.UserTime() + state.SystemTime()
}

func filter(kind document.Type) string {
	switch kind {
	case document.DOCX:
		return "MS Word 2007 XML"
	case document.XLSX:
		return "Calc MS Excel 2007 XML"
	default:
		return "HTML (StarWriter)"
	}
}

func extension(kind document.Type) string {
	switch kind {
	case document.DOCX:
		return ".docx"
	case document.XLSX:
		return ".xlsx"
	default:
		return ".html"
	}
}
