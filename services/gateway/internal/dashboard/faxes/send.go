package faxes

import (
	"context"
	"net/http"

	"github.com/mintfax/mintfax/services/gateway/internal/dashboard/ui"
	"github.com/mintfax/mintfax/services/gateway/internal/edge"
	"github.com/mintfax/mintfax/services/gateway/internal/media"
	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/bus"
	"github.com/mintfax/mintfax/shared/contract"
)

// actField says whether to send a fax or to preview it.
const (
	actField   = "act"
	actPreview = "preview"
)

// sendPage is the body of the form of a new fax.
type sendPage struct {
	Environments []contract.Environment
	Activated    bool
	Once         string
	Given        map[string]string
	Wrong        map[string]string
}

// Attempts are the choices of how often a fax is tried.
func (sendPage) Attempts() []string { return []string{"1", "2", "3", "4", "5"} }

// Sheets are the choices of paper.
func (sendPage) Sheets() []sheet {
	return []sheet{{"letter", "Letter"}, {"legal", "Legal"}, {"a4", "A4"}, {"b4", "B4"}}
}

type sheet struct{ Value, Word string }

func (p *Pages) sendForm(c *ui.Context) {
	given := map[string]string{"environment": c.Query("environment"), "to": c.Query("to")}
	p.askFax(c, http.StatusOK, given, nil)
}

func (p *Pages) askFax(c *ui.Context, status int, given, wrong map[string]string) {
	environments, err := c.Environments(c.Ctx())
	if err != nil {
		c.Fail(err, ui.FaxesPath)
		return
	}
	if given["environment"] == "" {
		given["environment"] = defaultEnvironment(environments, c.Account.ActivatedAt != nil)
	}
	page := sendPage{
		Environments: environments, Activated: c.Account.ActivatedAt != nil, Once: ui.NewSecret(), Given: given, Wrong: wrong,
	}
	var notice *ui.Notice
	if len(wrong) > 0 {
		notice = &ui.Notice{Bad: true, Text: "The fax was not sent and nothing was charged. Please put right what is marked, and choose the files again."}
	}
	c.Show(status, "send", ui.View{Title: "Send a fax", Section: "faxes", Notice: notice, Body: page})
}

// send handles the form of a new fax. Its files are staged while they arrive, before its token can be verified; a form
// that is refused leaves none.
func (p *Pages) send(c *ui.Context) {
	c.Request.Body = http.MaxBytesReader(c.Writer, c.Request.Body, media.MaxFormBytes)
	form, err := media.Read(c.Ctx(), c.Request, p.documents, ui.CSRFField, ui.OnceField, "environment", actField)
	if err != nil {
		p.notSent(c, err, map[string]string{})
		return
	}
	taken := false // fax-dispatch has made pages of the files and deleted them
	defer func() {
		if !taken {
			p.discard(c.Ctx(), form)
		}
	}()
	if !ui.TokensEqual(c.Session.CSRF, form.Text(ui.CSRFField)) {
		c.RefuseForm(newFaxPath)
		return
	}
	entered, err := bus.Call(c.Ctx(), p.services, contract.EnterEnvironment, c.Owned(form.Text("environment")))
	if err != nil {
		c.Fail(err, newFaxPath)
		return
	}
	if form.Text(actField) == actPreview {
		p.preview(c, entered, form)
		return
	}
	sent, err := bus.Call(c.Ctx(), p.services, contract.SubmitFax, submission(entered, form))
	if err != nil {
		p.notSent(c, err, given(form))
		return
	}
	taken = !sent.Replayed
	c.SeeOther(ui.FaxesPath + "/" + sent.Fax.ID + "?done=sent")
}

func submission(from contract.Environment, form *media.Form) contract.SubmitFaxRequest {
	r := contract.SubmitFaxRequest{
		Tenant: tenantOf(from), To: form.Text("to"), Files: form.Files(), MaxAttempts: form.Text("max_attempts"), CSID: form.Text("csid"),
		PageSize: form.Text("page_size"), Cover: form.Cover(), Resolution: form.Text("resolution"), OptimizeFor: form.Text("optimize_for"),
	}
	if once := form.Text(ui.OnceField); ui.WellFormed(once) {
		r.IdempotencyKey = "dashboard-" + once
		r.Fingerprint = edge.Fingerprint(http.MethodPost, ui.FaxesPath, form.Fingerprint())
	}
	return r
}

func given(form *media.Form) map[string]string {
	fields := map[string]string{}
	for _, name := range faxFields() {
		fields[name] = form.Text(name)
	}
	return fields
}

func faxFields() []string {
	return []string{
		"environment", "to", "csid", "max_attempts", "page_size", "resolution", "optimize_for",
		"cover_page", "recipient_name", "subject", "message",
	}
}

// notSent shows the refusal on the form, if the user can correct it there.
func (p *Pages) notSent(c *ui.Context, err error, given map[string]string) {
	wrong := formErrors(err)
	if wrong == nil {
		c.Fail(err, newFaxPath)
		return
	}
	p.askFax(c, apierror.Lookup(apierror.CodeOf(err)).Status, given, wrong)
}

// formErrors are the errors that the user can correct, by field; nil when the form is not at fault.
func formErrors(err error) map[string]string {
	switch apierror.CodeOf(err) {
	case apierror.ValidationFailed:
		return ui.FieldErrors(err)
	case apierror.UnsupportedDocument:
		return map[string]string{"file": "This file cannot be faxed: it is damaged, encrypted, empty, too large or complex, or of another type."}
	case apierror.PayloadTooLarge:
		return map[string]string{"file": "The files are larger than 10 MB together."}
	case apierror.DestinationNotSupported:
		return map[string]string{"to": "We do not fax to this number: there is no rate for it, or it is a premium or satellite number."}
	case apierror.InsufficientBalance:
		return map[string]string{"environment": "The pool does not have enough credits for this fax."}
	case apierror.SpendLimitExceeded:
		return map[string]string{"environment": "With this fax, live faxes would cost more today (UTC) than they may. You can set a cap in the settings; in the first week after activation there is one for every account."}
	case apierror.RateLimitExceeded:
		return map[string]string{"to": "These are too many faxes at once, or too many to this number in an hour. Send it again a little later."}
	default:
		return nil
	}
}

func (p *Pages) discard(ctx context.Context, form *media.Form) {
	if err := form.Discard(context.WithoutCancel(ctx)); err != nil {
		p.log.WarnContext(ctx, "a staged file was not deleted; it will be swept", "error", err)
	}
}
