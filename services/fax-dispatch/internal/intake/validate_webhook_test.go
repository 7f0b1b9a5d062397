package intake

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAWebhookIsAPublicURL(t *testing.T) {
	for _, good := range []string{
		"https://example.com/hook", "http://example.com", "https://example.com:8443/x?y=z", "https://a-b.example.co.uk.", "https://93.184.216.34/",
		"https://[2606:2800:220:1::1]:443/", "https://xn--bcher-kva.example/", "HTTPS://EXAMPLE.COM/",
	} {
		require.True(t, isWebhookURL(good), good)
	}
	for _, bad := range []string{
		"", "/hook", "ftp://example.com", "https://", "https://user@example.com", "https://user:secret@example.com", "javascript:alert(1)",
		"https://example.com:99999/", "https://example.com:0/", "https://example.com:/", "https://example.com:http/", "https://example.com:-1/",
		"https://localhost/", "https://a.localhost/", "https://printer.local/", "https://vault.internal/", "https://postgres/", "https://router.home.arpa/",
		"https://127.0.0.1/", "https://10.0.0.1/", "https://192.168.1.1/", "https://172.16.0.1/", "https://169.254.169.254/latest", "https://100.64.0.1/",
		"https://0.0.0.0/", "https://224.0.0.1/", "https://255.255.255.255/", "https://198.18.0.1/",
		"https://2130706433/", "https://0x7f000001/", "https://0177.0.0.1/", "https://127.1/", "https://0x7f.1/", "https://1.2.3.4.5/",
		"https://[::1]/", "https://[::]/", "https://[fe80::1]/", "https://[fe80::1%25eth0]/", "https://[fd00::1]/", "https://[::ffff:127.0.0.1]/",
		"https://[64:ff9b::7f00:1]/", "https://[2002:7f00:1::]/", "https://[2001:0:1::1]/", "https://[fec0::1]/", "https://[::127.0.0.1]/",
		"https://exa mple.com/", "https://-a.example/", "https://a..example/", "https://bücher.example/", "https://example.com\x00/",
		"https://" + strings.Repeat("a.", 130) + "example/", "https://" + strings.Repeat("a", 64) + ".example/",
	} {
		require.False(t, isWebhookURL(bad), bad)
	}
}
