package httpapi

import (
	"context"
	"errors"
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/mintfax/mintfax/services/gateway/internal/admission"
	"github.com/mintfax/mintfax/services/gateway/internal/edge"
	"github.com/mintfax/mintfax/services/gateway/internal/media"
	"github.com/mintfax/mintfax/shared/bus"
	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/crashpoint"
)

func (a *API) sendFax(c *gin.Context) (reply, error) {
	form, err := media.Read(c.Request.Context(), c.Request, a.documents)
	if err != nil {
		return reply{}, err
	}
	crashpoint.Here(crashpoint.UploadStaged)
	taken := false // fax-dispatch has made pages of the files and deleted them
	defer func() {
		if !taken {
			a.discard(c.Request.Context(), form)
		}
	}()
	submit := func() (reply, error) {
		answer, err := a.submit(c, form)
		taken = err == nil && !answer.replayed
		return answer, err
	}
	if c.GetHeader("Idempotency-Key") == "" {
		return submit()
	}
	answer, err := a.once(c, form.Fingerprint(), submit)
	if errors.Is(err, ErrKeysUnavailable) {
		return submit() // the database keeps the key unique as well
	}
	return answer, err
}

func (a *API) submit(c *gin.Context, form *media.Form) (reply, error) {
	request := submission(c, form)
	if key := c.GetHeader("Idempotency-Key"); key != "" {
		request.IdempotencyKey = key
		request.Fingerprint = edge.Fingerprint(c.Request.Method, c.Request.URL.Path, form.Fingerprint())
	}
	submitted, err := bus.Call(c.Request.Context(), a.services, contract.SubmitFax, request)
	crashpoint.Here(crashpoint.SubmissionTold)
	return reply{status: http.StatusCreated, body: submitted.Fax, replayed: submitted.Replayed, idempotent: true}, err
}

func submission(c *gin.Context, form *media.Form) contract.SubmitFaxRequest {
	return contract.SubmitFaxRequest{
		Tenant: tenant(c), To: form.Text("to"), Files: form.Files(), WebhookURL: form.Text("webhook_url"),
		MaxAttempts: form.Text("max_attempts"), CSID: form.Text("csid"), PageSize: form.Text("page_size"),
		Resolution: form.Text("resolution"), OptimizeFor: form.Text("optimize_for"), Tags: form.Tags(), Cover: form.Cover(),
	}
}

func (a *API) discard(ctx context.Context, form *media.Form) {
	if err := form.Discard(context.WithoutCancel(ctx)); err != nil {
		a.log.WarnContext(ctx, "a staged file was not deleted; it will be swept", "error", err)
	}
}

func (a *API) listFaxes(c *gin.Context) (reply, error) {
	q := newQuery(c)
	request := contract.ListFaxesRequest{
		Tenant: tenant(c), Status: oneOf(q, "status", contract.FaxStatuses()), To: q.text("to"), ErrorCode: q.text("error_code"),
		CreatedAfter: q.time("created_after"), CreatedBefore: q.time("created_before"), Page: q.page(),
	}
	request.Tags = q.tags()
	if err := q.err(); err != nil {
		return reply{}, err
	}
	list, err := bus.Call(c.Request.Context(), a.services, contract.ListFaxes, request)
	return reply{status: http.StatusOK, body: list}, err
}

func (a *API) getFax(c *gin.Context) (reply, error) {
	fax, err := bus.Call(c.Request.Context(), a.services, contract.GetFax, contract.GetFaxRequest{Tenant: tenant(c), ID: c.Param("id")})
	return reply{status: http.StatusOK, body: fax}, err
}

func tenant(c *gin.Context) contract.Tenant {
	who := admission.Caller(c)
	return contract.Tenant{AccountID: who.AccountID, EnvironmentID: who.Environment.ID, EnvironmentType: who.Environment.Type}
}
