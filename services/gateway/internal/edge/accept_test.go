package edge

import (
	"net/http"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

func FuzzAcceptChoosesAnOfferOrNone(f *testing.F) {
	for _, seed := range []string{"", "*/*", "text/*;q=0.5, application/pdf", "a/b;q=NaN", "application/json;q=-1", ",;,", "text/csv;q=1e400"} {
		f.Add(seed)
	}
	offered := []string{"application/json", "text/csv", "application/pdf"}
	f.Fuzz(func(t *testing.T, given string) {
		chosen := Accepted(http.Header{"Accept": {given}}, offered)
		require.True(t, chosen == "" || slices.Contains(offered, chosen), "%q", chosen)
		if given == "*/*" || given == "" {
			require.Equal(t, "application/json", chosen)
		}
	})
}
