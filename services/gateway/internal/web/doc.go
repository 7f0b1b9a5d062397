// Package pages is what the pages for people have in common: one stylesheet, safe headers, templates.
package web
