package httpapi

import (
	"context"
	"io"
	"net/http"
	"strconv"

	"github.com/gin-gonic/gin"

	"github.com/mintfax/mintfax/services/gateway/internal/edge"
	"github.com/mintfax/mintfax/services/gateway/internal/media"
	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/bus"
	"github.com/mintfax/mintfax/shared/contract"
)

// quoteFax validates, prices and renders a fax as sendFax does, and stores nothing.
func (a *API) quoteFax(c *gin.Context) (reply, error) {
	form, err := media.Read(c.Request.Context(), c.Request, a.documents)
	if err != nil {
		return reply{}, err
	}
	defer a.discard(c.Request.Context(), form)
	quote, err := bus.Call(c.Request.Context(), a.services, contract.QuoteFax, submission(c, form))
	return reply{status: http.StatusOK, body: quote}, err
}

func (a *API) resendFax(c *gin.Context) (reply, error) {
	var body struct {
		To          string `json:"to"`
		WebhookURL  string `json:"webhook_url"`
		MaxAttempts int    `json:"max_attempts"`
	}
	raw, err := io.ReadAll(c.Request.Body)
	if err != nil {
		return reply{}, bodyError(err)
	}
	if len(raw) > 0 {
		if err := decodeJSON(raw, &body); err != nil {
			return reply{}, err
		}
	}
	request := contract.ResendFaxRequest{Tenant: tenant(c), ID: c.Param("id"), To: body.To, WebhookURL: body.WebhookURL}
	if body.MaxAttempts != 0 {
		request.MaxAttempts = strconv.Itoa(body.MaxAttempts)
	}
	if key := c.GetHeader("Idempotency-Key"); key != "" {
		request.IdempotencyKey = key
		request.Fingerprint = edge.Fingerprint(c.Request.Method, c.Request.URL.Path, edge.JSONFields(raw))
	}
	resent, err := bus.Call(c.Request.Context(), a.services, contract.ResendFax, request)
	return reply{status: http.StatusCreated, body: resent.Fax, replayed: resent.Replayed, idempotent: true}, err
}

func (a *API) cancelFax(c *gin.Context) (reply, error) {
	fax, err := bus.Call(c.Request.Context(), a.services, contract.CancelFax, contract.GetFaxRequest{Tenant: tenant(c), ID: c.Param("id")})
	return reply{status: http.StatusOK, body: fax, idempotent: true}, err
}

func (a *API) deleteFax(c *gin.Context) (reply, error) {
	_, err := bus.Call(c.Request.Context(), a.services, contract.DeleteFax, contract.GetFaxRequest{Tenant: tenant(c), ID: c.Param("id")})
	return reply{status: http.StatusNoContent}, err
}

func (a *API) getFaxImage(c *gin.Context) (reply, error) {
	pages, err := bus.Call(c.Request.Context(), a.services, contract.GetFaxPages, contract.GetFaxRequest{Tenant: tenant(c), ID: c.Param("id")})
	if err != nil {
		return reply{}, err
	}
	return reply{status: http.StatusOK, document: &edge.Document{
		ContentType: "image/tiff", FileName: c.Param("id") + ".tif", Close: func() {},
		Write: func(ctx context.Context, w io.Writer) error { return media.TIFF(ctx, a.documents, pages, w) },
	}}, nil
}

func (a *API) getFaxPage(c *gin.Context) (reply, error) {
	n := media.PageNumber(c.Param("page"))
	if n == 0 {
		return reply{}, apierror.New(apierror.NotFound)
	}
	pages, err := bus.Call(c.Request.Context(), a.services, contract.GetFaxPages, contract.GetFaxRequest{Tenant: tenant(c), ID: c.Param("id")})
	if err != nil {
		return reply{}, err
	}
	return reply{status: http.StatusOK, document: &edge.Document{
		ContentType: "image/png", Close: func() {},
		Write: func(ctx context.Context, w io.Writer) error { return media.PNG(ctx, a.documents, pages, n, w) },
	}}, nil
}
