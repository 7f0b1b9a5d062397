package child

import (
	"context"
	"errors"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/document/pages"
)

// Stand-ins for documents that make the parser run wild.
const (
	memoryHog = "memory"
	cpuHog    = "cpu"
	talker    = "talk"
)

func TestMain(m *testing.M) {
	if len(os.Args) == 3 && os.Args[1] == Argument {
		runWild(os.Args[2])
	}
	os.Exit(m.Run())
}

func runWild(kind string) {
	if err := limit(); err != nil {
		panic(err)
	}
	var kept [][]byte
	for {
		switch kind {
		case memoryHog:
			kept = append(kept, make([]byte, 64<<20))
		case talker:
			_, err := os.Stdout.Write(make([]byte, 1024))
			if err != nil {
				os.Exit(1)
			}
		}
		if len(kept) > 100 {
			os.Exit(0) // no limit held it
		}
	}
}

func TestAChildThatRunsWildIsStopped(t *testing.T) {
	program, err := os.Executable()
	require.NoError(t, err)
	_, err = NewPool(program).Count(t.Context(), memoryHog, nil)
	require.ErrorIs(t, err, pages.ErrDamaged)
	_, err = NewPool(program).Count(t.Context(), cpuHog, nil)
	if !errors.Is(err, context.DeadlineExceeded) { // the machine gave it too little time to use up its share
		require.ErrorIs(t, err, pages.ErrDamaged)
	}
	_, err = NewPool(program).Count(t.Context(), talker, nil)
	require.Error(t, err)
}
