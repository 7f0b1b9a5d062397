// Package web is what all HTML pages have in common: the stylesheet and script, safe headers, templates.
package web
