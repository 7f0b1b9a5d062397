package web

import (
	"bytes"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"path"

	"github.com/gin-gonic/gin"
)

const layout = "layout.html"

// Set is a folder of templates: layout.html, pages that define what the layout shows, and in the folder parts
// what several pages have.
type Set struct {
	pages map[string]*template.Template
}

// NewSet reads the templates of a folder, by name without .html. They are compiled into the program, so
// that a broken one is a broken program: NewSet panics.
func NewSet(files fs.FS, folder string, functions template.FuncMap, names ...string) *Set {
	common := template.Must(template.New(layout).Funcs(functions).ParseFS(files, path.Join(folder, layout)))
	if parts, err := fs.Glob(files, path.Join(folder, "parts", "*.html")); err == nil && len(parts) > 0 {
		common = template.Must(common.ParseFS(files, parts...))
	}
	set := &Set{pages: map[string]*template.Template{}}
	for _, name := range names {
		page := template.Must(common.Clone())
		set.pages[name] = template.Must(page.ParseFS(files, path.Join(folder, name+".html")))
	}
	return set
}

// Write answers with a page. A page is made whole before its first byte is sent.
func (s *Set) Write(c *gin.Context, status int, page string, data any) {
	parsed, ok := s.pages[page]
	if !ok {
		_ = c.AbortWithError(http.StatusInternalServerError, fmt.Errorf("there is no page %q", page))
		return
	}
	var body bytes.Buffer
	if err := parsed.Execute(&body, data); err != nil {
		_ = c.AbortWithError(http.StatusInternalServerError, err)
		return
	}
	c.Data(status, "text/html; charset=utf-8", body.Bytes())
}
