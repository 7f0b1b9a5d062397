package contract_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/shared/contract"
)

func TestE164(t *testing.T) {
	for _, number := range []string{"+12", "+12125551234", "+123456789012345"} {
		require.True(t, contract.IsE164(number), number)
	}
	for _, number := range []string{"", "+", "+1", "12125551234", "+02125551234", "+1 212 555", "+1234567890123456", "+1212٥٥٥1234", "+12125551234\n"} {
		require.False(t, contract.IsE164(number), number)
	}
}

func TestPrintableTextHasNoControlCharacters(t *testing.T) {
	for text, want := range map[string]bool{"": true, "Zoë, Ward 3": true, "a\nb": false, "a\x00": false, "\x9b31m": false, "\xff": false} {
		require.Equal(t, want, contract.Printable(text), "%q", text)
	}
}
