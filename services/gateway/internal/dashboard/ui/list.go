package ui

import (
	"net/url"

	"github.com/mintfax/mintfax/shared/apierror"
)

// PerPage is how many entries a list shows.
const PerPage = 20

// Pager leads to the next page of a list, and from a later page back to the first.
type Pager struct {
	Newest, Older string
}

// NewPager returns the pager of the list at an address.
func NewPager(here *url.URL, next *string) Pager {
	query := here.Query()
	query.Del("done")
	var p Pager
	if query.Has("cursor") {
		query.Del("cursor")
		p.Newest = here.Path + "?" + query.Encode()
	}
	if next != nil {
		query.Set("cursor", *next)
		p.Older = here.Path + "?" + query.Encode()
	}
	return p
}

// FailList is Fail for a list. A bad cursor leads to the first page.
func (c *Context) FailList(err error, path string) {
	if apierror.Has(err, apierror.ValidationFailed) && c.Query("cursor") != "" {
		c.SeeOther(path)
		return
	}
	c.Fail(err, path)
}
