package office

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/document"
)

func TestAPageIsCutDownToWhatAsksForNothing(t *testing.T) {
	got := string(Harmless([]byte(`<p style="text-align:right;background:url(http://x/a)" dir="rtl">T</p>
		<img src="http://x/b"><img src="//x/c"><img src="d.png"><img src="file:///e"><img src="data:image/png;base64,iVBORw0KGgo=">
		<script>1</script><style>p{background:url(http://x/f)}</style><iframe src="http://x/g"></iframe><link href="http://x/h">
		<table background="http://x/i"><tr><td background="http://x/j">cell</td></tr></table>`), document.A4))
	again := string(Harmless([]byte(got), document.A4)) // as at both ends of a converter elsewhere
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

func TestLinesOfATextHaveTheirDirection(t *testing.T) {
	got := string(HTMLOf([]byte("سلام\nHello <b>\n12\fnext"), document.Letter))
	require.Contains(t, got, `<p dir="rtl" style="margin:0;font-size:10pt">سلام`)
	require.Contains(t, got, `<p dir="ltr" style="margin:0;font-size:10pt">Hello &lt;b&gt;`)
	require.Contains(t, got, `page-break-before:always">next`)
}
