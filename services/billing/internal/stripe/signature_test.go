package stripe_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/stripe/stripe-go/v76/webhook"

	"github.com/mintfax/mintfax/services/billing/internal/stripe"
)

func sign(body, secret string, at time.Time) string {
	return webhook.GenerateTestSignedPayload(&webhook.UnsignedPayload{Payload: []byte(body), Secret: secret, Timestamp: at}).Header
}

func TestOnlyACurrentSignatureByAKnownSecretIsValid(t *testing.T) {
	const body = `{"id":"evt_1"}`
	now := time.Now()
	good := sign(body, "whsec_one", now)
	for name, c := range map[string]struct {
		header string
		good   bool
	}{
		"the first secret":           {good, true},
		"the second secret":          {sign(body, "whsec_two", now), true},
		"both, while one is rolled":  {sign(body, "whsec_old", now) + good[len("t=1234567890"):], true},
		"four minutes old":           {sign(body, "whsec_one", now.Add(-4*time.Minute)), true},
		"four minutes ahead":         {sign(body, "whsec_one", now.Add(4*time.Minute)), true},
		"another secret":             {sign(body, "whsec_three", now), false},
		"an empty secret":            {sign(body, "", now), false},
		"another body":               {sign(body+" ", "whsec_one", now), false},
		"stale":                      {sign(body, "whsec_one", now.Add(-6*time.Minute)), false},
		"from the future":            {sign(body, "whsec_one", now.Add(6*time.Minute)), false},
		"from the future, disguised": {"t=" + "1," + sign(body, "whsec_one", now.Add(6*time.Minute)), false},
		"from a far future":          {sign(body, "whsec_one", now.AddDate(400, 0, 0)), false},
		"missing":                    {"", false},
		"no signature":               {good[:len("t=1234567890")], false},
		"no time":                    {good[len("t=1234567890,"):], false},
		"rubbish":                    {"a=b=c", false},
	} {
		t.Run(name, func(t *testing.T) {
			err := stripe.VerifySignature([]byte(body), c.header, []string{"whsec_one", "whsec_two"})
			require.Equal(t, c.good, err == nil, "%v", err)
		})
	}
	require.Error(t, stripe.VerifySignature([]byte(body), good, nil), "without a secret nothing is good")
}

func TestLivemodeFollowsFromTheKey(t *testing.T) {
	for key, want := range map[string]bool{"sk_test_1": false, "rk_test_1": false, "sk_live_1": true, "rk_live_1": true} {
		livemode, err := stripe.Livemode(key)
		require.NoError(t, err)
		require.Equal(t, want, livemode)
	}
	for _, key := range []string{"", "sk_test_", "pk_live_1", "whsec_1", "SK_LIVE_1"} {
		_, err := stripe.New(key, "")
		require.Error(t, err, key)
		require.NotContains(t, err.Error(), "_1")
	}
}
