package pages

import (
	_ "embed"
	"net/http"

	"github.com/gin-gonic/gin"
)

//go:embed style.css
var stylesheet string

// Style answers with the stylesheet.
func Style(c *gin.Context) {
	c.Data(http.StatusOK, "text/css; charset=utf-8", []byte(stylesheet))
}
