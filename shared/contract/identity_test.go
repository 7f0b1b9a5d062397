package contract_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/mintfax/mintfax/shared/contract"
)

func TestOrdinaryAddressesAreValid(t *testing.T) {
	for _, email := range []string{"dev@example.com", "Dev.O'Hara+fax@sub.example.co", "a@b", strings.Repeat("a", 243) + "@example.com"} {
		require.Empty(t, contract.CheckEmail(email), email)
	}
}

func TestOnlyBareAddressesAreValid(t *testing.T) {
	for _, email := range []string{
		"", "x", "@", "a@", "@b", "a@b@c", "a b@c.d", "A <a@b.c>", "<a@b.c>", "a@b.c,d@e.f", "g:a@b.c;", "a@b(c)", `"a b"@c.d`,
		"a@b.c\r\nBcc: d@e.f", "a@b.c\n", "a\x00@b.c", "a@[127.0.0.1]", "\u212Aevin@example.com", "a@ex\u00e4mple.com",
		"a@\u202eexample.com", strings.Repeat("a", 244) + "@example.com",
	} {
		require.NotEmpty(t, contract.CheckEmail(email), "%q", email)
	}
}

func TestAValidAddressInjectsNeitherHeaderNorRecipient(t *testing.T) {
	part := rapid.StringOfN(rapid.SampledFrom([]rune("ab.@<>,;:\"\\()[] \r\n\t\x00é+-'")), 0, 12, -1)
	rapid.Check(t, func(t *rapid.T) {
		email := part.Draw(t, "local") + "@" + part.Draw(t, "domain")
		if contract.CheckEmail(email) != "" {
			return
		}
		if strings.ContainsAny(email, "\r\n\x00 \t<>,;[]()") || strings.Count(email, "@") != 1 {
			t.Fatalf("%q was accepted", email)
		}
	})
}

func TestNamesHavePrintableCharacters(t *testing.T) {
	for _, name := range []string{"Ada", "株式会社", strings.Repeat("ä", 255)} {
		require.Empty(t, contract.CheckName(name))
	}
	for _, name := range []string{"", "a\x00b", "a\nb", "\xff", strings.Repeat("ä", 256)} {
		require.NotEmpty(t, contract.CheckName(name), "%q", name)
	}
}
