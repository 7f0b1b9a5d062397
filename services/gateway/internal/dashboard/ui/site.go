package ui

import (
	"embed"
	"io/fs"
	"log/slog"
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/mintfax/mintfax/services/gateway/internal/web"
	"github.com/mintfax/mintfax/shared/bus"
)

//go:embed templates
var templates embed.FS

// Config has what all pages use.
type Config struct {
	PublicURL       string   // decides whether cookies are for https only, and is shown in examples
	CheckoutOrigins []string // of Stripe's pages, e.g. https://checkout.stripe.com
	Services        bus.Caller
	Sessions        *SessionStore
	Limits          Limits
	Log             *slog.Logger
}

// Limits counts requests. A refusal is rate_limit_exceeded, or service_unavailable when the request cannot be counted.
type Limits interface {
	LimitSignIn(c *gin.Context) error
	LimitRegistration(c *gin.Context) error
	LimitUser(c *gin.Context, accountID string) error
	ChargeAddress(c *gin.Context) error // of a request without a session
}

// Site is the dashboard around its pages.
type Site struct {
	Config
	Cookies Cookies
	set     *web.Set
}

// NewSite returns a site without pages.
func NewSite(cfg Config) *Site {
	return &Site{Config: cfg, Cookies: NewCookies(cfg.PublicURL), set: web.NewSet(templates, functions())}
}

// AddPages parses the page templates of a package.
func (s *Site) AddPages(files fs.FS) { s.set.Add(files) }

// Write answers with a page for a visitor who is not signed in.
func (s *Site) Write(c *gin.Context, status int, page string, shown View) {
	s.set.Write(c, status, page, shown)
}

// Session returns the session of a request, or ErrNoSession.
func (s *Site) Session(c *gin.Context) (Session, error) {
	return s.Sessions.Get(c.Request.Context(), s.Cookies.ReadSession(c.Request))
}

// EndSession ends the session of a request, if it has one.
func (s *Site) EndSession(c *gin.Context) error {
	token := s.Cookies.ReadSession(c.Request)
	if token == "" {
		return nil
	}
	if err := s.Sessions.Delete(c.Request.Context(), token); err != nil {
		return err
	}
	http.SetCookie(c.Writer, s.Cookies.End())
	return nil
}
