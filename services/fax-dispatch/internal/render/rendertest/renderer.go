package rendertest

import (
	"context"
	"os/exec"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/document"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/office"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/sandbox"
	"github.com/mintfax/mintfax/shared/faxpage"
)

// Worker is the path of a program whose runs are workers: render.Worker or office.Worker.
func Worker(t testing.TB, program string) string {
	t.Helper()
	path, err := sandbox.FindWorker(program)
	require.NoError(t, err, "run the tests with `make test`, or with `.run/bin/stack exec`, which builds it")
	return path
}

// Renderer returns a renderer with all of its programs, which have to be installed.
func Renderer(t testing.TB) *render.Renderer {
	t.Helper()
	converter, err := office.NewLocal(Worker(t, office.Worker), Installed(t, office.Program, "libreoffice-writer-nogui libreoffice-calc-nogui"))
	require.NoError(t, err)
	return render.New(render.NewWorkerPool(Worker(t, render.Worker), Programs(t), 2), converter)
}

// Programs are those that draw.
func Programs(t testing.TB) document.Programs {
	t.Helper()
	tiff, err := exec.LookPath(document.TIFFReader)
	require.NoError(t, err, "run the tests with `make test`, or with `.run/bin/stack exec`, which builds it")
	return document.Programs{PDF: Installed(t, document.PopplerDraw, "poppler-utils"), Info: Installed(t, document.PopplerInfo, "poppler-utils"), TIFF: tiff}
}

// Installed returns the path of a program of Debian packages.
func Installed(t testing.TB, program, packages string) string {
	t.Helper()
	path, err := exec.LookPath(program)
	require.NoError(t, err, "run the tests with `make test`, which installs it, or `apt-get install %s`", packages)
	return path
}

// Pages renders a document on letter paper and returns its encoded pages.
func Pages(ctx context.Context, r *render.Renderer, content []byte, resolution faxpage.Resolution) (document.Type, []document.Page, error) {
	var all []document.Page
	load := func(context.Context) ([]byte, error) { return content, nil }
	kind, err := r.Render(ctx, render.Owner{}, load, document.Job{Sheet: document.Letter, Resolution: resolution}, func(page document.Page) error {
		all = append(all, page)
		return nil
	})
	return kind, all, err
}
