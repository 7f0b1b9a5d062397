package carrier_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/carrier"
)

func TestTheLongestPrefixDecidesAndItsCarriersKeepTheirOrder(t *testing.T) {
	r, err := carrier.ParseRoutes("+1=telnyx, sinch; +1212=sinch;loopback", []string{"telnyx", "sinch", "loopback"})
	require.NoError(t, err)
	for _, c := range []struct{ to, after, want string }{
		{"+14155550100", "", "telnyx"},
		{"+14155550100", "telnyx", "sinch"},
		{"+14155550100", "sinch", ""},
		{"+12125550100", "", "sinch"},
		{"+12125550100", "sinch", ""},
		{"+442071838750", "", "loopback"},
		{"+442071838750", "no longer there", "loopback"},
	} {
		got, found := r.After(c.to, c.after)
		require.Equal(t, c.want, got, c)
		require.Equal(t, c.want != "", found, c)
	}
	require.Equal(t, []string{"loopback", "sinch", "telnyx"}, r.Carriers())
}

func TestInvalidRoutesAreRefused(t *testing.T) {
	for _, text := range []string{"", "pigeon", "telnyx,", "+1=", "1=telnyx", "+x=telnyx", "telnyx;telnyx", "telnyx,telnyx", "+1=telnyx;+1=telnyx"} {
		_, err := carrier.ParseRoutes(text, []string{"telnyx"})
		require.Error(t, err, text)
	}
}

// Whatever routes are taken, a call goes from carrier to carrier and comes to an end.
func FuzzRoutesNeverLoop(f *testing.F) {
	f.Add("+1=telnyx,sinch;+44=sinch;telnyx", "+12125550100")
	f.Add("telnyx , sinch", "")
	f.Add("+=sinch;+1=telnyx,telnyx", "+")
	f.Add(";;=,", "+1")
	f.Fuzz(func(t *testing.T, text, to string) {
		known := []string{"telnyx", "sinch", "loopback"}
		routes, err := carrier.ParseRoutes(text, known)
		if err != nil {
			return
		}
		require.NotEmpty(t, routes.Carriers())
		name, asked := "", 0
		for {
			next, found := routes.After(to, name)
			if !found {
				break
			}
			require.Contains(t, known, next)
			asked++
			require.LessOrEqual(t, asked, len(known), "%q asks in a circle", text)
			name = next
		}
	})
}
