package api_test

import (
	"errors"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/deploy/fakes/stripe/internal/api"
	"github.com/mintfax/mintfax/deploy/fakes/stripe/internal/processor"
)

func TestBracketsNestAndListsKeepTheirOrder(t *testing.T) {
	r, err := api.Parse("line_items[1][name]=b&line_items[0][name]=a%20b&expand[]=x&expand[]=y&metadata[k]=v&metadata[k]=w")
	require.NoError(t, err)
	items := r.List("line_items")
	require.Len(t, items, 2)
	require.Equal(t, "a b", items[0].Text("name"))
	require.Equal(t, "b", items[1].Text("name"))
	require.Equal(t, []string{"x", "y"}, r.Texts("expand"))
	require.Equal(t, map[string]string{"k": "w"}, r.Metadata("metadata"))
	require.NoError(t, r.Done())
}

func TestWhatNobodyReadIsRefused(t *testing.T) {
	r, err := api.Parse("a=1&b[c]=2")
	require.NoError(t, err)
	r.Text("a")
	r.Object("b")
	var problem *processor.Error
	require.ErrorAs(t, r.Done(), &problem)
	require.Equal(t, "parameter_unknown", problem.Code)
	require.Equal(t, "b[c]", problem.Param)
}

func TestFingerprintsDifferWhenParametersDo(t *testing.T) {
	fingerprint := func(encoded string) string {
		r, err := api.Parse(encoded)
		require.NoError(t, err)
		return r.Fingerprint()
	}
	require.Equal(t, fingerprint("a=1&b[c]=2"), fingerprint("b[c]=2&a=1"))
	require.NotEqual(t, fingerprint("a=1"), fingerprint("a=2"))
	require.NotEqual(t, fingerprint("a%3Db=c"), fingerprint("a=b%3Dc"))
	require.NotEqual(t, fingerprint("a=1%00%5Bb%5D%3D2"), fingerprint("a=1&b=2"))
}

func TestBrokenParametersAreRefused(t *testing.T) {
	for _, encoded := range []string{
		"=1", "a[=1", "a]=1", "a[b=1", "a[b]c=1", "a[[b]]=1", "a[][b]=1", "a=%zz", "a=%ff", "a=1&a[b]=2", "a[b]=2&a=1",
		"a[1][2][3][4][5][6][7][8]=9",
	} {
		_, err := api.Parse(encoded)
		var problem *processor.Error
		require.ErrorAs(t, err, &problem, encoded)
		require.Equal(t, http.StatusBadRequest, problem.Status)
	}
}

func FuzzParseNeverPanicsAndRefusesInStripesShape(f *testing.F) {
	for _, seed := range []string{"", "a=1", "a[b][0][c]=1&a[b][]=2", "expand[]=x", "a[", "%", "a[]=1&a[0]=2&a[00]=3"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, encoded string) {
		r, err := api.Parse(encoded)
		if err != nil {
			var problem *processor.Error
			require.True(t, errors.As(err, &problem))
			require.Equal(t, http.StatusBadRequest, problem.Status)
			return
		}
		again, err := api.Parse(encoded)
		require.NoError(t, err)
		require.Equal(t, r.Fingerprint(), again.Fingerprint())
		r.Text("a")
		r.Texts("expand")
		r.Metadata("metadata")
		for _, item := range r.List("line_items") {
			item.Int("quantity")
			item.Object("price_data").Required("currency")
		}
		first := r.Done()
		require.Equal(t, first, r.Done(), "the verdict does not change")
	})
}
