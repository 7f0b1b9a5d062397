package web

import (
	"bytes"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"
)

const layout = "layout.html"

// Set is a set of HTML pages in one layout. A page's template defines the blocks that the layout shows; the templates in
// the folder parts are shared by all pages.
type Set struct {
	common *template.Template
	pages  map[string]*template.Template // by name without .html
}

// NewSet parses the folder templates of files: layout.html, parts/*.html, and the pages. The templates are compiled into
// the program, so it panics when one is broken.
func NewSet(files fs.FS, functions template.FuncMap) *Set {
	common := template.Must(template.New(layout).Funcs(functions).ParseFS(files, "templates/"+layout))
	if parts, err := fs.Glob(files, "templates/parts/*.html"); err == nil && len(parts) > 0 {
		common = template.Must(common.ParseFS(files, parts...))
	}
	set := &Set{common: common, pages: map[string]*template.Template{}}
	set.Add(files)
	return set
}

// Add parses the pages in the folder templates of files.
func (s *Set) Add(files fs.FS) {
	entries, err := fs.ReadDir(files, "templates")
	if err != nil {
		panic(err)
	}
	for _, entry := range entries {
		name, isPage := strings.CutSuffix(entry.Name(), ".html")
		if !isPage || entry.Name() == layout {
			continue
		}
		if _, twice := s.pages[name]; twice {
			panic("two pages are named " + name)
		}
		page := template.Must(s.common.Clone())
		s.pages[name] = template.Must(page.ParseFS(files, "templates/"+entry.Name()))
	}
}

// Write answers with a page. It renders the page completely before it sends the first byte.
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
