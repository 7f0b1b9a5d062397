package pages

import (
	_ "embed"
	"net/http"

	"github.com/gin-gonic/gin"
)

//go:embed icon.svg
var icon string

// Icon answers with the icon that browsers show beside a page's title.
func Icon(c *gin.Context) {
	c.Data(http.StatusOK, "image/svg+xml", []byte(icon))
}
