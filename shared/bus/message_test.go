package bus

import (
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var errBad = errors.New("bad")

type byValue struct{ Bad bool }

func (m byValue) Validate() error { return badIf(m.Bad) }

type byPointer struct{ Bad bool }

func (m *byPointer) Validate() error { return badIf(m.Bad) }

func badIf(bad bool) error {
	if bad {
		return errBad
	}
	return nil
}

func TestMessagesAreValidatedOnBothEnds(t *testing.T) {
	checkValidated(t, func(bad bool) byValue { return byValue{bad} })
	checkValidated(t, func(bad bool) byPointer { return byPointer{bad} })
	checkValidated(t, func(bad bool) *byPointer { return &byPointer{bad} })
}

func checkValidated[T any](t *testing.T, message func(bad bool) T) {
	t.Helper()
	_, err := encode("m", message(true))
	require.ErrorIs(t, err, errBad)
	_, err = decode[T]("m", []byte(`{"Bad":true}`))
	require.ErrorIs(t, err, errBad)
	body, err := encode("m", message(false))
	require.NoError(t, err)
	_, err = decode[T]("m", body)
	require.NoError(t, err)
}

func TestOversizedBodyIsRejectedBeforeItIsSent(t *testing.T) {
	_, err := encode("m", strings.Repeat("x", MaxBody-2)) // and two quotes
	require.NoError(t, err)
	_, err = encode("m", strings.Repeat("x", MaxBody-1))
	require.ErrorContains(t, err, "over the limit")
}
