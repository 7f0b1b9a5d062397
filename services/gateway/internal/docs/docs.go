package docs

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"net/http"
	"strings"
	texttemplate "text/template"

	"github.com/gin-gonic/gin"

	"github.com/mintfax/mintfax/services/gateway/internal/web"
	"github.com/mintfax/mintfax/shared/apierror"
)

//go:embed templates
var templates embed.FS

// Config has the public URLs, without a trailing slash.
type Config struct {
	PublicURL string // e.g. https://fax.example
	DocsURL   string // e.g. https://fax.example/docs
}

// Docs serves /docs, /openapi.yaml and /llms.txt.
type Docs struct {
	set    *web.Set
	about  about
	models []byte // llms.txt
}

// about is the body of the overview.
type about struct {
	PublicURL string
	DocsURL   string
	Groups    []group
	Errors    []apierror.Entry
}

// view is what the layout shows.
type view struct {
	Title string
	Body  any
}

// New parses the contract and the templates.
func New(cfg Config) (*Docs, error) {
	groups, err := readContract()
	if err != nil {
		return nil, err
	}
	d := &Docs{
		set:   web.NewSet(templates, template.FuncMap{"hyphens": hyphens}),
		about: about{PublicURL: cfg.PublicURL, DocsURL: cfg.DocsURL, Groups: groups, Errors: apierror.Catalogue()},
	}
	d.models, err = d.forModels()
	return d, err
}

// Register adds the routes.
func (d *Docs) Register(r gin.IRoutes) {
	headers := web.Headers()
	r.GET("/docs", headers, d.overview)
	r.GET("/docs/errors/:code", headers, d.errorPage)
	r.GET("/docs/style.css", headers, web.Style)
	r.GET("/docs/icon.svg", headers, web.Icon)
	r.GET("/openapi.yaml", headers, func(c *gin.Context) { c.Data(http.StatusOK, "application/yaml", openapi) })
	r.GET("/llms.txt", headers, func(c *gin.Context) { c.Data(http.StatusOK, "text/plain; charset=utf-8", d.models) })
}

func (d *Docs) overview(c *gin.Context) {
	d.set.Write(c, http.StatusOK, "overview", view{"mintfax API", d.about})
}

func (d *Docs) errorPage(c *gin.Context) {
	for _, entry := range d.about.Errors {
		if hyphens(entry.Code) == c.Param("code") {
			d.set.Write(c, http.StatusOK, "error", view{string(entry.Code), entry})
			return
		}
	}
	d.set.Write(c, http.StatusNotFound, "unknown", view{"There is no such error", nil})
}

func (d *Docs) forModels() ([]byte, error) {
	parsed, err := texttemplate.New("llms.txt").Funcs(texttemplate.FuncMap{"hyphens": hyphens}).ParseFS(templates, "templates/llms.txt")
	if err != nil {
		return nil, fmt.Errorf("read llms.txt: %w", err)
	}
	var text bytes.Buffer
	err = parsed.Execute(&text, d.about)
	return text.Bytes(), err
}

// hyphens is how a code is written in the address of its page.
func hyphens(code apierror.Code) string {
	return strings.ReplaceAll(string(code), "_", "-")
}
