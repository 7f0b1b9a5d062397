package office

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/net/html"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/document"
)

func TestASanitizedPageRequestsNothing(t *testing.T) {
	got := string(sanitized([]byte(`<p style="text-align:right;background:url(http://x/a)" dir="rtl">T</p>
		<img src="http://x/b"><img src="//x/c"><img src="d.png"><img src="file:///e"><img src="data:image/png;base64,iVBORw0KGgo=">
		<script>1</script><style>p{background:url(http://x/f)}</style><iframe src="http://x/g"></iframe><link href="http://x/h">
		<table background="http://x/i"><tr><td background="http://x/j">cell</td></tr></table>`), document.A4))
	again := string(sanitized([]byte(got), document.A4)) // as at both ends of a remote converter
	for _, page := range []string{got, again} {
		require.NotContains(t, page, "http://x")
		require.NotContains(t, page, "file:")
		require.NotContains(t, page, "//x")
		require.NotContains(t, page, "d.png")
		for _, kept := range []string{"text-align: right", `dir="rtl"`, "data:image/png", "cell", "8.27in"} {
			require.Contains(t, page, kept)
		}
	}
}

func TestEveryLineOfATextHasItsDirection(t *testing.T) {
	got := string(FromText([]byte("سلام\nHello <b>\n12\fnext"), document.Letter))
	require.Contains(t, got, `line-height:100%;text-align:right">سلام`)
	require.Contains(t, got, `line-height:100%">Hello &lt;b&gt;`)
	require.Contains(t, got, `<p dir="rtl"`)
	require.Contains(t, got, `<p dir="ltr"`)
	require.Contains(t, got, `page-break-before:always">next`)
}

// references are the attributes that refer to another resource.
var references = []string{"src", "href", "srcset", "background", "action", "formaction", "data", "poster", "cite", "longdesc", "usemap", "ping", "manifest", "codebase", "classid", "profile", "archive", "xlink:href"}

func FuzzASanitizedPageRequestsNothing(f *testing.F) {
	for _, seed := range []string{
		`<img src="http://x/a"><img src=//x><img src="data:image/png;base64,aa"><a href="file:///etc/passwd">x</a>`,
		`<p style="background:url(http://x);width:expression(1)">x`, `<svg><image xlink:href="http://x"/></svg>`, `<math><style><img src=x></style>`,
		`<link rel=stylesheet href=x><base href="http://x"><object data=x><iframe srcdoc="<img src=x>">`, `<table background="x"><td style='color:u\72l(x)'>`,
		`<img src="data:text/html,<img src=http://x>">`, `<noscript><p title="</noscript><img src=http://x>">`, `<!--><img src=x>-->`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, content string) {
		parsed, err := html.Parse(bytes.NewReader(sanitized([]byte(content), document.A4)))
		require.NoError(t, err)
		for node := range parsed.Descendants() {
			if node.Type != html.ElementNode {
				continue
			}
			require.NotContains(t, []string{"script", "link", "base", "iframe", "object", "embed", "frame", "meta", "form", "svg", "applet", "video", "audio"}, besidesOurs(node))
			for _, attribute := range node.Attr {
				name, value := strings.ToLower(attribute.Key), strings.ToLower(attribute.Val)
				require.False(t, strings.HasPrefix(name, "on"), "%s in %q", name, content)
				if name == "style" {
					require.NotContains(t, value, "url(", "%q", content)
					require.NotContains(t, value, "\\", "%q", content)
				}
				if slices.Contains(references, name) && value != "" {
					require.True(t, node.Data == "img" && name == "src" && strings.HasPrefix(value, "data:image/"), "<%s %s=%q> of %q", node.Data, name, value, content)
				}
			}
		}
	})
}

// besidesOurs is the name of an element, or empty for one that wrap has added.
func besidesOurs(node *html.Node) string {
	if node.Data == "meta" && len(node.Attr) == 1 && node.Attr[0].Key == "charset" {
		return ""
	}
	return node.Data
}
