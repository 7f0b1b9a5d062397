package httpapi_test

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/shared/bus/bustest"
	"github.com/mintfax/mintfax/shared/contract"
)

func TestInvalidFiltersAreRefusedByName(t *testing.T) {
	g := setup(t)
	key := g.key(contract.KindTest, "")
	for query, field := range map[string]string{
		"tag%5Ba%00%5D=x": "tag", "tag%5B%ff%5D=x": "tag", "tag[" + strings.Repeat("k", 300) + "]=x": "tag",
		"tag[a]=%00": "tag[a]", "tag[a]=%ff": "tag[a]", "to=%ff": "to", "created_after=yesterday": "created_after", "per_page=1e2": "per_page",
		strings.Repeat("&tag[a", 1) + "]=1&tag[b]=1&tag[c]=1&tag[d]=1&tag[e]=1&tag[f]=1&tag[g]=1&tag[h]=1&tag[i]=1&tag[j]=1&tag[k]=1": "tag",
	} {
		got := g.do(t, "GET", "/v1/faxes?"+query, key, "")
		require.Equal(t, http.StatusUnprocessableEntity, got.Code, query)
		require.Contains(t, got.Context["errors"], field, query)
	}
}

func FuzzFilterIsPassedOnOrRefused(f *testing.F) {
	for _, seed := range []string{"", "status=queued&to=%2B1", "tag[a]=b&tag[]=c&tag[", "created_after=2026-01-01T00:00:00Z", "per_page=100&cursor=x", "%zz;=&a%00"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, query string) {
		if strings.ContainsFunc(query, func(r rune) bool { return r <= ' ' || r > '~' || r == '#' }) {
			query = url.QueryEscape(query)
		}
		g := setup(t)
		bustest.Answer(g.services, contract.ListFaxes, func(_ context.Context, r contract.ListFaxesRequest) (contract.List[contract.Fax], error) {
			require.True(t, r.Status == "" || slices.Contains(contract.FaxStatuses(), r.Status))
			require.True(t, r.Page.Limit >= 1 && r.Page.Limit <= 100 && len(r.Tags) <= 10)
			texts := []string{r.To, r.ErrorCode, r.Page.Cursor}
			for name, value := range r.Tags {
				texts = append(texts, name, value)
			}
			for _, text := range texts {
				require.True(t, len(text) <= 255 && utf8.ValidString(text) && !strings.ContainsRune(text, 0), "%q", text)
			}
			return contract.List[contract.Fax]{}, nil
		})
		got := g.do(t, "GET", "/v1/faxes?"+query, g.key(contract.KindTest, ""), "")
		require.Contains(t, []int{http.StatusOK, http.StatusUnprocessableEntity}, got.Code, "%s", got.Body)
	})
}
