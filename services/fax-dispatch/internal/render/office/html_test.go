package office

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/document"
)

func TestAPageIsCutDownToWhatAsksForNothing(t *testing.T) {
	got := string(harmless([]byte(`<p style="text-align:right;background:url(http://x/a)" dir="rtl">T</p>
		<img src="http://x/b"><img src="//x/c"><img src="d.png"><img src="file:///e"><img src="data:image/png;base64,iVBORw0KGgo=">
		<script>1</script><style>p{background:url(http://x/f)}</style><iframe src="http://x/g"></iframe><link href="http://x/h">
		<table background="http://x/i"><tr><td background="http://x/j">cell</td></tr></table>`), document.A4))
	require.NotContains(t, got, "http://x")
	require.NotContains(t, got, "file:")
	require.NotContains(t, got, "//x")
	require.NotContains(t, got, "d.png")
	for _, kept := range []string{"text-align: right", `dir="rtl"`, "data:image/png", "cell", "8.27in"} {
		require.Contains(t, got, kept)
	}
}

func TestLinesOfATextHaveTheirDirection(t *testing.T) {
	got := string(HTMLOf([]byte("سلام\nHello <b>\n12\fnext"), document.Letter))
	require.Contains(t, got, `line-height:100%">سلام`)
	require.Contains(t, got, `line-height:100%">Hello &lt;b&gt;`)
	require.Contains(t, got, `<p dir="rtl"`)
	require.Contains(t, got, `<p dir="ltr"`)
	require.Contains(t, got, `page-break-before:always">next`)
}
