package runner

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestProgramServesWithoutArguments(t *testing.T) {
	serve := func(context.Context) error { return errors.New("served") }
	health := func(context.Context) error { return errors.New("asked") }
	require.EqualError(t, command(t.Context(), nil, serve, health), "served")
	require.EqualError(t, command(t.Context(), []string{"healthcheck"}, serve, health), "asked")
	require.NoError(t, command(t.Context(), []string{"version"}, serve, health))
	require.ErrorContains(t, command(t.Context(), []string{"serve"}, serve, health), "no such command")
	require.ErrorContains(t, command(t.Context(), []string{"version", "x"}, serve, health), "no such command")
}
