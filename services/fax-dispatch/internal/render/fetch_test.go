package render_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/rendertest"
	"github.com/mintfax/mintfax/shared/faxpage"
)

// A document that triggers requests could probe the service's network.
func TestRenderingADocumentRequestsNothing(t *testing.T) {
	var requests atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		requests.Add(1)
		w.WriteHeader(http.StatusNotFound)
	}))
	defer server.Close()
	picture := `<w:p><w:r><w:drawing><wp:inline><wp:extent cx="990000" cy="792000"/><wp:docPr id="1" name="p"/><a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic><pic:nvPicPr><pic:cNvPr id="0" name="p"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip r:link="rId9"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="990000" cy="792000"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>`
	relation := fmt.Sprintf(`<Relationship Id="rId9" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/image" Target="%s/a.png" TargetMode="External"/>`, server.URL)
	template := fmt.Sprintf(`<Relationship Id="rId8" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate" Target="%s/t.dotm" TargetMode="External"/>`, server.URL)
	r := rendertest.Renderer(t)
	for name, content := range map[string][]byte{
		"HTML": fmt.Appendf(nil, `<!doctype html><html><head><link rel="stylesheet" href="%[1]s/a.css"><base href="%[1]s/"><meta http-equiv="refresh" content="0;url=%[1]s/"><style>@import url(%[1]s/b.css); body{background:url(%[1]s/c.png)}</style><script src="%[1]s/d.js"></script></head>
			<body background="%[1]s/e.png" style="background-image:url(%[1]s/f.png)"><p>Text</p><img src="%[1]s/g.png"><iframe src="%[1]s/h"></iframe><object data="%[1]s/i"></object><embed src="%[1]s/j"><svg><image href="%[1]s/k.png"/></svg><table background="%[1]s/l.png"><tr><td>x</td></tr></table></body></html>`, server.URL),
		"HTML, files": []byte(`<html><body><p>Text</p><img src="file:///etc/passwd"><img src="/etc/hostname"></body></html>`),
		"DOCX":        rendertest.DOCXOf(`<w:p><w:r><w:t>Text</w:t></w:r></w:p>`+picture, relation+template),
	} {
		_, pages, err := rendertest.Pages(t.Context(), r, content, faxpage.Fine)
		require.NoError(t, err, name)
		require.Len(t, pages, 1, name)
		require.Zero(t, requests.Load(), name)
	}
}
