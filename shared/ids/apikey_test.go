package ids_test

import (
	"crypto/sha256"
	"hash/crc32"
	"math/big"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/ids"
)

var kinds = []contract.Kind{contract.KindTest, contract.KindLive, contract.KindAccount}

func TestAMintedKeyParsesAsItsKind(t *testing.T) {
	for _, kind := range kinds {
		key := ids.NewAPIKey(kind)
		got, err := ids.ParseAPIKey(key)
		require.NoError(t, err)
		require.Equal(t, kind, got)
		require.Len(t, key, 45)
	}
}

func TestTheChecksumIsTheDocumentedOne(t *testing.T) {
	// CRC-32/IEEE of the first 39 characters, in base62 with the digits first.
	kind, err := ids.ParseAPIKey("mfx_test_00000000000000000000000000000044wlu9")
	require.NoError(t, err)
	require.Equal(t, contract.KindTest, kind)
}

func TestAnyChangedCharacterIsRefused(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		key := ids.NewAPIKey(rapid.SampledFrom(kinds).Draw(t, "kind"))
		at := rapid.IntRange(0, len(key)-1).Draw(t, "at")
		with := rapid.Byte().Draw(t, "with")
		if key[at] == with {
			return
		}
		changed := key[:at] + string([]byte{with}) + key[at+1:]
		if _, err := ids.ParseAPIKey(changed); err == nil {
			t.Fatalf("%q is %q with a change, and parses", changed, key)
		}
	})
}

func TestSwappedNeighboursAreRefused(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		key := []byte(ids.NewAPIKey(rapid.SampledFrom(kinds).Draw(t, "kind")))
		at := rapid.IntRange(0, len(key)-2).Draw(t, "at")
		if key[at] == key[at+1] {
			return
		}
		key[at], key[at+1] = key[at+1], key[at]
		if _, err := ids.ParseAPIKey(string(key)); err == nil {
			t.Fatalf("%q parses", key)
		}
	})
}

func TestKeyOfAnotherLengthIsRejected(t *testing.T) {
	for _, kind := range kinds {
		key := ids.NewAPIKey(kind)
		for _, other := range []string{
			"", key[:len(key)-1], key + "0", key + "\n", " " + key, key[:9], key[9:], strings.ToUpper(key), key[:9] + key[9:] + key[9:],
		} {
			_, err := ids.ParseAPIKey(other)
			require.ErrorIs(t, err, ids.ErrMalformedAPIKey, "%q", other)
		}
	}
}

func TestKeysDoNotRepeat(t *testing.T) {
	seen := map[string]bool{}
	for range 10_000 {
		key := ids.NewAPIKey(contract.KindLive)
		require.False(t, seen[key])
		seen[key] = true
	}
}

func TestTheDigestIsSHA256OfTheWholeKey(t *testing.T) {
	digest := ids.DigestAPIKey("mfx_test_00000000000000000000000000000044wlu9")
	require.Equal(t, sha256.Sum256([]byte("mfx_test_00000000000000000000000000000044wlu9")), digest)
}

// What parses is exactly a prefix, 30 characters and their checksum.
func FuzzWhatParsesHasTheForm(f *testing.F) {
	form := regexp.MustCompile(`^mfx_(test|live|acct)_[0-9A-Za-z]{36}$`)
	names := map[string]contract.Kind{"test": contract.KindTest, "live": contract.KindLive, "acct": contract.KindAccount}
	for _, kind := range kinds {
		f.Add(ids.NewAPIKey(kind))
	}
	f.Add("mfx_live_")
	f.Fuzz(func(t *testing.T, text string) {
		kind, err := ids.ParseAPIKey(text)
		if err != nil {
			return
		}
		parts := form.FindStringSubmatch(text)
		if parts == nil || names[parts[1]] != kind {
			t.Fatalf("%q parsed as %s", text, kind)
		}
		sum := new(big.Int).SetUint64(uint64(crc32.ChecksumIEEE([]byte(text[:39]))))
		// big.Int's digits are 0-9a-zA-Z, a key's are 0-9A-Za-z.
		if want := "00000" + swapCase(sum.Text(62)); text[39:] != want[len(want)-6:] {
			t.Fatalf("%q parsed, and its checksum is %s", text, want)
		}
	})
}

func swapCase(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsUpper(r) {
			return unicode.ToLower(r)
		}
		return unicode.ToUpper(r)
	}, text)
}
