package httpapi

import (
	"context"
	"io"
	"net/http"
	"strconv"

	"github.com/gin-gonic/gin"

	"github.com/mintfax/mintfax/services/gateway/internal/faximage"
	"github.com/mintfax/mintfax/services/gateway/internal/idempotency"
	"github.com/mintfax/mintfax/services/gateway/internal/upload"
	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/contract"
)

// quoteFax judges and renders as sendFax does, and leaves nothing.
func (a *API) quoteFax(c *gin.Context) (reply, error) {
	form, err := upload.Read(c.Request.Context(), c.Request, a.Documents, maxFileBytes)
	if err != nil {
		return reply{}, err
	}
	defer a.discard(c.Request.Context(), form)
	quote, err := a.RPC.QuoteFax(c.Request.Context(), submission(c, form))
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
		request.Fingerprint = idempotency.Fingerprint(c.Request.Method, c.Request.URL.Path, idempotency.JSONFields(raw))
	}
	resent, err := a.RPC.ResendFax(c.Request.Context(), request)
	return reply{status: http.StatusCreated, body: resent.Fax, replayed: resent.Replayed, remembered: true}, err
}

func (a *API) cancelFax(c *gin.Context) (reply, error) {
	fax, err := a.RPC.CancelFax(c.Request.Context(), contract.GetFaxRequest{Tenant: tenant(c), ID: c.Param("id")})
	return reply{status: http.StatusOK, body: fax, remembered: true}, err
}

func (a *API) deleteFax(c *gin.Context) (reply, error) {
	_, err := a.RPC.DeleteFax(c.Request.Context(), contract.GetFaxRequest{Tenant: tenant(c), ID: c.Param("id")})
	return reply{status: http.StatusNoContent}, err
}

func (a *API) getFaxImage(c *gin.Context) (reply, error) {
	pages, err := a.RPC.GetFaxPages(c.Request.Context(), contract.GetFaxRequest{Tenant: tenant(c), ID: c.Param("id")})
	if err != nil {
		return reply{}, err
	}
	return reply{status: http.StatusOK, document: &document{
		contentType: "image/tiff", fileName: c.Param("id") + ".tif", done: func() {},
		write: func(ctx context.Context, w io.Writer) error { return faximage.TIFF(ctx, a.Documents, pages, w) },
	}}, nil
}

func (a *API) getFaxPage(c *gin.Context) (reply, error) {
	n := faximage.Number(c.Param("page"))
	if n == 0 {
		return reply{}, apierror.New(apierror.NotFound)
	}
	pages, err := a.RPC.GetFaxPages(c.Request.Context(), contract.GetFaxRequest{Tenant: tenant(c), ID: c.Param("id")})
	if err != nil {
		return reply{}, err
	}
	return reply{status: http.StatusOK, document: &document{
		contentType: "image/png", done: func() {},
		write: func(ctx context.Context, w io.Writer) error { return faximage.PNG(ctx, a.Documents, pages, n, w) },
	}}, nil
}
