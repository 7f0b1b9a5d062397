package bench

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestProcessorTimeIsReadWhateverAProcessIsCalled(t *testing.T) {
	pid, process, err := parseStat("42 (a) b (c) S 7 42 42 0 -1 4194560 1 2 3 4 250 50 30 10 20 0 1 0 1")
	require.NoError(t, err)
	require.Equal(t, 42, pid)
	require.Equal(t, Process{Parent: 7, Own: 3, Ended: 0.4}, process)
	_, _, err = parseStat("42 (cut")
	require.Error(t, err)

	all, err := Processes()
	require.NoError(t, err)
	require.Equal(t, os.Getppid(), all[os.Getpid()].Parent)
}
