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
	"syscall"
	"time"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/document"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/markup"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/sandbox"
)

// Program is LibreOffice, of the Debian packages libreoffice-writer-nogui and libreoffice-calc-nogui.
const Program = "soffice"

// CPU is what LibreOffice may take of it for a document.
const CPU = 15 * time.Second

// AtOnce is how many documents LibreOffice converts at once on a machine. Each takes some hundred MB and a core.
const AtOnce = 2

const (
	dirPrefix = "mintfax-office-"
	leftover  = 10 * time.Minute
)

// MaxPDF is how large a PDF file may become, in bytes.
const MaxPDF = 64 << 20

// Local runs LibreOffice, once for each document and each time with a profile that is new.
type Local struct {
	self    string // this program, which confines the other one
	program string // empty when there is none
	slots   chan struct{}
}

// NewLocal returns a converter by the program at a path; without one, it refuses every document. What a converter that
// was killed has left behind is removed.
func NewLocal(self, program string) (*Local, error) {
	c := &Local{self: self, program: program, slots: make(chan struct{}, AtOnce)}
	return c, sweep(os.TempDir())
}

// Installed reports whether there is a LibreOffice.
func (c *Local) Installed() bool { return c.program != "" }

// AtOnce is how many documents are converted at once.
func (*Local) AtOnce() int { return AtOnce }

// PDF converts a document with so much of the CPU, at most what the constant allows. A document that cannot be converted
// is refused with a document.Refusal.
func (c *Local) PDF(ctx context.Context, content []byte, kind document.Type, sheet document.Sheet, cpu time.Duration) (pdf []byte, err error) {
	if c.program == "" {
		return nil, document.ErrUnsupported
	}
	if kind == document.HTML {
		if content, err = markup.Sanitize(ctx, c.self, content, sheet); err != nil {
			return nil, err
		}
	}
	select {
	case c.slots <- struct{}{}:
		defer func() { <-c.slots }()
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
	return c.convert(ctx, dir, name, kind, cpu)
}

func prepare(dir, name string, content []byte) error {
	profile := filepath.Join(dir, "profile", "user")
	if err := os.MkdirAll(profile, 0o700); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(profile, "registrymodifications.xcu"), []byte(settings), 0o600); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, name), content, 0o600)
}

func (c *Local) convert(ctx context.Context, dir, name string, kind document.Type, cpu time.Duration) ([]byte, error) {
	outer := ctx
	cpu = min(cpu, CPU)
	ctx, cancel := context.WithTimeout(ctx, wallLimit(cpu))
	defer cancel()
	command := exec.CommandContext(ctx, c.self, sandbox.ExecArgs(cpu, c.program,
		"-env:UserInstallation=file://"+filepath.Join(dir, "profile"), "--headless", "--norestore", "--nolockcheck",
		"--infilter="+filter(kind), "--convert-to", "pdf", "--outdir", filepath.Join(dir, "out"), filepath.Join(dir, name),
	)...)
	command.Env = []string{"HOME=" + dir, "PATH=/usr/bin:/bin", "LANG=C.UTF-8", "TMPDIR=" + dir}
	command.Dir = dir
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	command.Cancel = func() error { return syscall.Kill(-command.Process.Pid, syscall.SIGKILL) }
	command.WaitDelay = time.Second
	said, ran := command.CombinedOutput()
	if outer.Err() != nil {
		return nil, fmt.Errorf("convert a document: %w", outer.Err())
	}
	made, err := read(filepath.Join(dir, "out", strings.TrimSuffix(name, extension(kind))+".pdf"))
	switch {
	case err == nil:
		return made, nil
	case !errors.Is(err, fs.ErrNotExist):
		return nil, err
	case ctx.Err() != nil || used(command.ProcessState) >= cpu-time.Second:
		return nil, document.ErrTooComplex
	case ran != nil && !errors.As(ran, new(*exec.ExitError)):
		return nil, fmt.Errorf("convert a document: %w: %s", ran, said)
	default:
		return nil, document.ErrDamaged // LibreOffice says that it was well also when it was not
	}
}

// wallLimit is how long LibreOffice may take on the clock, with other work on the machine.
func wallLimit(cpu time.Duration) time.Duration { return 3 * cpu }

// used is the CPU time of a program that has ended, and of all that it had started.
func used(state *os.ProcessState) time.Duration {
	if state == nil {
		return 0
	}
	return state.UserTime() + state.SystemTime()
}

func read(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.Size() > MaxPDF {
		return nil, document.ErrTooLarge
	}
	return os.ReadFile(path)
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

// sweep removes directories that nobody uses any more.
func sweep(dir string) error {
	old, err := filepath.Glob(filepath.Join(dir, dirPrefix+"*"))
	if err != nil {
		return err
	}
	for _, path := range old {
		info, err := os.Lstat(path)
		if err == nil && time.Since(info.ModTime()) > leftover {
			err = os.RemoveAll(path)
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, fs.ErrPermission) {
			return err
		}
	}
	return nil
}
