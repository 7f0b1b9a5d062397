package render_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/document"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/rendertest"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/sandbox"
)

func TestTheOperatorLearnsWhatIsMissing(t *testing.T) {
	require.True(t, sandbox.Supported(), "run the tests on Linux 5.13 or newer with Landlock on")
	require.Empty(t, rendertest.Renderer(t).Lacks())
	without := render.New(render.NewWorkerPool("/nonexistent", document.Programs{}, 1), converterFunc(nil)).Lacks()
	require.Len(t, without, 1)
	require.Contains(t, without[0], "TIFF")
}
