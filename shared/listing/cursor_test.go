package listing_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/listing"
)

func TestCursorRoundTrip(t *testing.T) {
	want := listing.Cursor{At: time.Date(2026, 3, 4, 5, 6, 7, 891011000, time.UTC), ID: "fax_abc"}
	got, err := listing.ParseCursor(want.String())
	require.NoError(t, err)
	require.Equal(t, want, got)
}

func FuzzAForeignCursorIsRefusedNotFatal(f *testing.F) {
	for _, seed := range []string{"", "x", "bm90LWEtY3Vyc29y", listing.Cursor{At: time.Unix(0, 0), ID: "a"}.String()} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		cursor, err := listing.ParseCursor(text)
		if err != nil {
			require.True(t, apierror.Has(err, apierror.ValidationFailed))
			return
		}
		require.True(t, cursor.IsZero() == (text == ""))
	})
}
