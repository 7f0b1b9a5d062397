package dashboard

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/mintfax/mintfax/services/gateway/internal/sessions"
)

// session returns the caller's session, or sessions.ErrNone.
func (d *Dashboard) session(c *gin.Context) (sessions.Session, error) {
	return d.sessions.Get(c.Request.Context(), d.cookies.ReadSession(c.Request))
}

func (d *Dashboard) endSession(c *gin.Context) error {
	token := d.cookies.ReadSession(c.Request)
	if token == "" {
		return nil // there is nothing to end
	}
	if err := d.sessions.Delete(c.Request.Context(), token); err != nil {
		return err
	}
	http.SetCookie(c.Writer, d.cookies.End())
	return nil
}
