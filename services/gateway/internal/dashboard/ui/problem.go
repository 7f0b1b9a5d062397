package ui

import (
	"fmt"
	"net/http"
	"strconv"

	"github.com/gin-gonic/gin"

	"github.com/mintfax/mintfax/services/gateway/internal/edge"
	"github.com/mintfax/mintfax/services/gateway/internal/web"
	"github.com/mintfax/mintfax/shared/apierror"
)

const retrySeconds = 5

// Problem is a page that explains an error and links to where to continue. Retry is a path of the dashboard.
type Problem struct {
	Status int
	Title  string
	Text   string
	Retry  string

	RetryText string // "Try again" when empty
}

func (s *Site) problem(c *gin.Context, p Problem) {
	if p.Status == http.StatusServiceUnavailable && c.Writer.Header().Get("Retry-After") == "" {
		c.Header("Retry-After", strconv.Itoa(retrySeconds))
	}
	s.set.Write(c, p.Status, "problem", View{Title: p.Title, Body: p})
}

// Refuse writes an error to a browser outside the dashboard, or on a page that does not exist.
func (s *Site) Refuse(c *gin.Context, err error) {
	web.Headers(s.CheckoutOrigins...)(c)
	NoStore(c)
	s.Fail(c, err, HomePath)
}

// Fail writes an error in plain words. It logs only internal errors.
func (s *Site) Fail(c *gin.Context, err error, retry string) {
	code := apierror.CodeOf(err)
	p := Problem{Status: apierror.Lookup(code).Status, Retry: retry}
	switch code {
	case apierror.RateLimitExceeded:
		wait, known := edge.RetryAfter(err)
		if wait = max(1, wait); !known {
			wait = 60
		}
		c.Header("Retry-After", strconv.Itoa(wait))
		p.Title, p.Text = "Too many tries", fmt.Sprintf("Please wait %s and try again.", plainWait(wait))
	case apierror.ServiceUnavailable:
		p.Title, p.Text = "We cannot answer right now", "A part of mintfax is not answering. Please try again in a few seconds."
	case apierror.NotFound, apierror.MethodNotAllowed:
		p.Title, p.Text, p.RetryText = "There is no such page", "The address may be mistyped, or the page has moved.", "Go to the start page"
	case apierror.MalformedRequest, apierror.RequestTimeout:
		p.Title, p.Text = "The form did not arrive whole", "It was cut off, or came too slowly. Nothing was done. Please try again."
	case apierror.CheckoutNotAvailable:
		p.Title, p.Text = "This checkout is not available", "The payment page could not be opened. Nothing was charged and nothing changed."
	case apierror.InsufficientBalance:
		p.Title, p.Text = "There are not enough credits", "Nothing was sent and nothing was charged. Add credits under Billing, then try again."
	case apierror.DocumentGone:
		p.Title, p.Text, p.Retry = "The pages are gone", "They were erased. To send the document again, upload it again.", FaxesPath
	case apierror.FaxNotCancelable:
		p.Title, p.Text, p.RetryText = "The fax cannot be canceled now", "A carrier has the call, or the fax has ended.", "Look at the fax"
	case apierror.FaxNotTerminal:
		p.Title, p.Text, p.RetryText = "The fax is still being sent", "It can be erased once it has ended.", "Look at the fax"
	default:
		s.Log.ErrorContext(c.Request.Context(), "a dashboard page failed", "route", c.FullPath(), "error", err)
		p.Status, p.Title, p.Text = http.StatusInternalServerError, "Something went wrong on our side", "Please try again in a moment."
	}
	if c.Query("session_id") != "" {
		p.Text += " If you have paid, nothing is lost: the credits are added by themselves."
	}
	s.problem(c, p)
}

func plainWait(seconds int) string {
	switch minutes := (seconds + 59) / 60; {
	case seconds < 60:
		return "a moment"
	case minutes == 1:
		return "a minute"
	default:
		return fmt.Sprintf("%d minutes", minutes)
	}
}

// Problem writes a problem page inside the dashboard.
func (c *Context) Problem(p Problem) {
	c.Show(p.Status, "problem", View{Title: p.Title, Body: p})
}

// Fail writes an error of a page, or of an action that was started from it.
func (c *Context) Fail(err error, retry string) {
	switch {
	case apierror.Has(err, apierror.NotFound):
		c.Problem(Problem{
			Status: http.StatusNotFound, Title: "This is not here", Text: "It does not exist, or it belongs to another account.",
			Retry: HomePath, RetryText: "Go to the start page",
		})
	case apierror.Has(err, apierror.AccountNotActivated):
		c.Problem(Problem{
			Status: http.StatusForbidden, Title: "Live waits for activation",
			Text: "This belongs to a live environment. Live works from the first purchase on.", Retry: ActivatePath, RetryText: "Activate Live",
		})
	default:
		c.site.Fail(c.Context, err, retry)
	}
}
