package web

import (
	_ "embed"

	"github.com/gin-gonic/gin"
)

//go:embed icon.svg
var icon string

// Icon answers with the icon that browsers show beside a page's title.
func Icon(c *gin.Context) { asset(c, "image/svg+xml", icon) }
