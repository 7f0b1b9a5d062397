package telemetry_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/shared/telemetry"
)

func TestEveryRecordCarriesServiceAndRequestID(t *testing.T) {
	var out bytes.Buffer
	log := telemetry.NewLogger(&out, "auth", "info").With("part", "check")
	log.InfoContext(telemetry.WithRequestID(t.Context(), "req_1"), "hello")
	var record map[string]any
	require.NoError(t, json.Unmarshal(out.Bytes(), &record))
	require.Equal(t, "auth", record["service"])
	require.Equal(t, "req_1", record["request_id"])
	require.Equal(t, "check", record["part"])

	out.Reset()
	log.InfoContext(t.Context(), "no request")
	require.NotContains(t, out.String(), "request_id")
}

func TestLevelIsApplied(t *testing.T) {
	var out bytes.Buffer
	log := telemetry.NewLogger(&out, "auth", "warn")
	log.InfoContext(t.Context(), "hidden")
	require.Empty(t, out.String())
	log.WarnContext(t.Context(), "shown")
	require.NotEmpty(t, out.String())

	out.Reset()
	telemetry.NewLogger(&out, "auth", "nonsense").InfoContext(t.Context(), "shown")
	require.NotEmpty(t, out.String(), "an unknown level is info")
}

func TestLongUserInputIsTruncated(t *testing.T) {
	var out bytes.Buffer
	log := telemetry.NewLogger(&out, "gateway", "info")
	long := "begin" + strings.Repeat("é", 1<<20) + "end"
	log.Info("text", "sent", long)
	log.Info("error", "error", errors.New(long))
	log.With("kept", long).Info("with")
	for line := range bytes.Lines(out.Bytes()) {
		require.Less(t, len(line), 9<<10)
		require.Contains(t, string(line), "begin")
		require.Contains(t, string(line), "end")
		require.True(t, json.Valid(line))
	}
}
