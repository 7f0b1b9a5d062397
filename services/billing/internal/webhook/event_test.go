package webhook

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func FuzzAnEventIsParsedOrRejected(f *testing.F) {
	for _, seed := range []string{
		`{"id":"evt_1","type":"checkout.session.completed","livemode":false,"data":{"object":{"id":"cs_1","object":"checkout.session"}}}`,
		`{"id":"evt_1","type":"account.updated","livemode":true,"data":{"object":{"id":7}}}`,
		`{"id":"evt_1","type":"x","livemode":true}`,
		`{"data":[]}`, `[]`, `null`, ``, "\xff", `{"id":"\u0000","type":"\ud800","livemode":false}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		e, err := parseEvent(body)
		if err != nil {
			require.Equal(t, event{}, e)
			return
		}
		require.NotEmpty(t, e.ID)
		require.NotEmpty(t, e.Type)
		require.LessOrEqual(t, len(e.ObjectID), maxFieldLength)
		require.NotContains(t, storable(e.ObjectID), "\x00")
	})
}
