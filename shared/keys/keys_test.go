package keys_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/keys"
)

var kinds = []contract.Kind{contract.KindTest, contract.KindLive, contract.KindAccount}

func TestAMintedKeyParsesAsItsKind(t *testing.T) {
	for _, kind := range kinds {
		key := keys.Mint(kind)
		got, err := keys.Parse(key)
		require.NoError(t, err)
		require.Equal(t, kind, got)
		require.Len(t, key, 45)
	}
}

func TestTheChecksumIsTheDocumentedOne(t *testing.T) {
	// CRC-32/IEEE of the first 39 characters, in base62 with the digits first.
	kind, err := keys.Parse("mfx_test_00000000000000000000000000000044wlu9")
	require.NoError(t, err)
	require.Equal(t, contract.KindTest, kind)
}

func TestAnyChangedCharacterIsRefused(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		key := keys.Mint(rapid.SampledFrom(kinds).Draw(t, "kind"))
		at := rapid.IntRange(0, len(key)-1).Draw(t, "at")
		with := rapid.Byte().Draw(t, "with")
		if key[at] == with {
			return
		}
		changed := key[:at] + string([]byte{with}) + key[at+1:]
		if _, err := keys.Parse(changed); err == nil {
			t.Fatalf("%q is %q with a change, and parses", changed, key)
		}
	})
}

func FuzzWhatParsesHasTheForm(f *testing.F) {
	f.Add(keys.Mint(contract.KindLive))
	f.Add("mfx_live_")
	f.Fuzz(func(t *testing.T, text string) {
		kind, err := keys.Parse(text)
		if err == nil && !strings.HasPrefix(text, "mfx_"+map[contract.Kind]string{
			contract.KindTest: "test", contract.KindLive: "live", contract.KindAccount: "acct",
		}[kind]+"_") {
			t.Fatalf("%q parsed as %s", text, kind)
		}
	})
}
