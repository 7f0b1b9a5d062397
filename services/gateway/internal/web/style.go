package web

import (
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"net/http"

	"github.com/gin-gonic/gin"
)

//go:embed style.css
var stylesheet string

//go:embed script.js
var script string

// Style answers with the stylesheet.
func Style(c *gin.Context) { asset(c, "text/css; charset=utf-8", stylesheet) }

// Script answers with the script. Every page works without it.
func Script(c *gin.Context) { asset(c, "text/javascript; charset=utf-8", script) }

// Asset returns the name of the stylesheet or the script with its version, under which caches keep it for ever.
func Asset(name string) string {
	content := stylesheet
	if name == "script.js" {
		content = script
	}
	return name + "?v=" + version(content)
}

func asset(c *gin.Context, contentType, content string) {
	keep := "no-cache"
	if c.Query("v") == version(content) {
		keep = "public, max-age=31536000, immutable"
	}
	c.Header("Cache-Control", keep)
	c.Header("X-Content-Type-Options", "nosniff")
	c.Data(http.StatusOK, contentType, []byte(content))
}

func version(content string) string {
	digest := sha256.Sum256([]byte(content))
	return hex.EncodeToString(digest[:6])
}
