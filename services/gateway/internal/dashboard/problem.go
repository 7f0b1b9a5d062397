package dashboard

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"

	"github.com/gin-gonic/gin"

	"github.com/mintfax/mintfax/services/gateway/internal/web"
	"github.com/mintfax/mintfax/shared/apierror"
)

const retrySeconds = 5

// problem is a page that says what went wrong and where to go on. Retry is a path of ours.
type problem struct {
	Status int
	Title  string
	Text   string
	Retry  string

	RetryText string // "Try again" when empty
}

func (d *Dashboard) problem(c *gin.Context, p problem) {
	if p.Status == http.StatusServiceUnavailable && c.Writer.Header().Get("Retry-After") == "" {
		c.Header("Retry-After", strconv.Itoa(retrySeconds))
	}
	d.set.Write(c, p.Status, "problem", view{Title: p.Title, Body: p})
}

// problemFor is problem with the dashboard around it.
func (d *Dashboard) problemFor(v *visit, p problem) {
	d.show(v, p.Status, "problem", view{Title: p.Title, Body: p})
}

// Refuse answers a browser that asked for a page outside the dashboard, or for one that is not there.
func (d *Dashboard) Refuse(c *gin.Context, err error) {
	web.Headers(d.cfg.CheckoutOrigins...)(c)
	noStore(c)
	d.failed(c, err, homePath)
}

// failed answers an error in plain words. Only what is nobody's doing but ours goes to the log.
func (d *Dashboard) failed(c *gin.Context, err error, retry string) {
	code := apierror.CodeOf(err)
	p := problem{Status: apierror.Lookup(code).Status, Retry: retry}
	switch code {
	case apierror.RateLimitExceeded:
		wait := retryAfter(err)
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
		p.Title, p.Text, p.Retry = "The pages are gone", "They were erased. To send the document again, upload it again.", faxesPath
	case apierror.FaxNotCancelable:
		p.Title, p.Text, p.RetryText = "The fax cannot be canceled now", "A carrier has the call, or the fax has ended.", "Look at the fax"
	case apierror.FaxNotTerminal:
		p.Title, p.Text, p.RetryText = "The fax is still being sent", "It can be erased once it has ended.", "Look at the fax"
	default:
		d.cfg.Log.ErrorContext(c.Request.Context(), "a dashboard page failed", "route", c.FullPath(), "error", err)
		p.Status, p.Title, p.Text = http.StatusInternalServerError, "Something went wrong on our side", "Please try again in a moment."
	}
	if c.Query("session_id") != "" {
		p.Text += " If you have paid, nothing is lost: the credits are added by themselves."
	}
	d.problem(c, p)
}

// retryAfter reads the seconds that a refusal asks to wait.
func retryAfter(err error) int {
	var refusal *apierror.Error
	if errors.As(err, &refusal) {
		switch seconds := refusal.Context["retry_after"].(type) {
		case int:
			return max(1, seconds)
		case float64: // as it comes out of JSON
			return max(1, int(seconds))
		}
	}
	return 60
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
