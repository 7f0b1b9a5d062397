package render_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/child"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/confine"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/rendertest"
)

func TestWhatAMachineLacksIsSaidOnce(t *testing.T) {
	require.True(t, confine.Supported(), "run the tests on Linux 5.13 or newer with Landlock on")
	require.Empty(t, rendertest.Renderer(t).Lacks())
	without := render.New(child.NewPool("/nonexistent", child.Programs{}, 1), converting(nil)).Lacks()
	require.Len(t, without, 1)
	require.Contains(t, without[0], "TIFF")
}
