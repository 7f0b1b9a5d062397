package dashboard

import (
	"bytes"
	"context"
	"errors"
	"net/http"

	"github.com/mintfax/mintfax/services/gateway/internal/idempotency"
	"github.com/mintfax/mintfax/services/gateway/internal/previews"
	"github.com/mintfax/mintfax/services/gateway/internal/upload"
	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/bus"
	"github.com/mintfax/mintfax/shared/contract"
)

// previewPage is a fax that is not sent yet: its pages, and what it would cost.
type previewPage struct {
	ID          string
	Environment contract.Environment
	Fax         contract.FaxPreview
	Given       map[string]string // what is to be sent along with the pages
	Wrong       map[string]string
}

// Pictures are the numbers of the pages that are shown.
func (p previewPage) Pictures() []int { return pictures(p.Fax.Pages.Pages) }

// More is how many pages are not shown.
func (p previewPage) More() int { return p.Fax.Pages.Pages - len(p.Pictures()) }

// preview shows the pages that would be sent, and what they would cost. The form brings the rest along, so that nothing
// but the pages has to be kept.
func (d *Dashboard) preview(v *visit, from contract.Environment, form *upload.Form) {
	made, err := bus.Call(v.ctx(), d.cfg.Services, contract.PreviewFax, submission(from, form))
	if err != nil {
		d.notSent(v, err, given(form))
		return
	}
	id, ended, err := d.previews.Keep(v.ctx(), v.accountID(), previews.Preview{EnvironmentID: from.ID, Fax: made})
	d.deleteStaged(v.ctx(), ended)
	if err != nil {
		d.deleteStaged(v.ctx(), []string{made.Pages.Document.ID})
		d.failedOn(v, err, "/dashboard/faxes/new")
		return
	}
	d.showPreview(v, http.StatusOK, previewPage{ID: id, Environment: from, Fax: made, Given: given(form)})
}

// deleteStaged deletes documents that belong to nobody any more.
func (d *Dashboard) deleteStaged(ctx context.Context, ids []string) {
	for _, id := range ids {
		if err := d.cfg.Documents.DeleteStaged(context.WithoutCancel(ctx), id); err != nil {
			d.cfg.Log.WarnContext(ctx, "the pages of a preview were not deleted; they will be swept", "error", err)
		}
	}
}

func (d *Dashboard) showPreview(v *visit, status int, page previewPage) {
	var told *notice
	if len(page.Wrong) > 0 {
		told = &notice{Bad: true, Text: "The fax was not sent and nothing was charged."}
	}
	d.show(v, status, "preview", view{Title: "Look before it is sent", Section: "faxes", Notice: told, Body: page})
}

// previewed finds a preview of the person's whose environment lets them in.
func (d *Dashboard) previewed(v *visit) (previews.Preview, contract.Environment, error) {
	found, err := d.previews.Get(v.ctx(), v.accountID(), v.c.Param("id"))
	if errors.Is(err, previews.ErrNone) {
		err = apierror.New(apierror.NotFound)
	}
	if err != nil {
		return found, contract.Environment{}, err
	}
	of, err := bus.Call(v.ctx(), d.cfg.Services, contract.EnterEnvironment, v.owned(found.EnvironmentID))
	return found, of, err
}

// previewPicture is one page of a preview.
func (d *Dashboard) previewPicture(v *visit) {
	found, _, err := d.previewed(v)
	n := previews.PageNumber(v.c.Param("page"))
	if err == nil && n == 0 {
		err = apierror.New(apierror.NotFound)
	}
	var picture bytes.Buffer
	if err == nil {
		err = previews.StagedPNG(v.ctx(), d.cfg.Documents, found.Fax.Pages, n, &picture)
	}
	if err != nil {
		d.failedOn(v, err, faxesPath)
		return
	}
	v.c.Data(http.StatusOK, "image/png", picture.Bytes())
}

// sendPreviewed sends the very pages of a preview, once.
func (d *Dashboard) sendPreviewed(v *visit) {
	found, of, err := d.previewed(v)
	if err != nil {
		d.previewGone(v, err)
		return
	}
	fields := posted(v)
	sent, err := bus.Call(v.ctx(), d.cfg.Services, contract.SubmitFax, contract.SubmitFaxRequest{
		Tenant: tenantOf(of), To: fields["to"], MaxAttempts: fields["max_attempts"], CSID: fields["csid"],
		PageSize: fields["page_size"], Resolution: fields["resolution"], OptimizeFor: fields["optimize_for"],
		Previewed: &found.Fax.Pages.Document, IdempotencyKey: "preview-" + v.c.Param("id"),
		Fingerprint: idempotency.Fingerprint(http.MethodPost, v.c.Param("id"), nil),
	})
	if err != nil {
		d.notSentPreviewed(v, err, previewPage{ID: v.c.Param("id"), Environment: of, Fax: found.Fax, Given: fields})
		return
	}
	if err := d.previews.Forget(v.ctx(), v.accountID(), v.c.Param("id")); err != nil {
		d.cfg.Log.WarnContext(v.ctx(), "a preview that was sent is not forgotten yet", "error", err)
	}
	seeOther(v.c, faxesPath+"/"+sent.Fax.ID+"?done=sent")
}

func (d *Dashboard) notSentPreviewed(v *visit, err error, page previewPage) {
	page.Wrong = refusalWords(err)
	if page.Wrong == nil {
		d.previewGone(v, err)
		return
	}
	d.showPreview(v, apierror.Lookup(apierror.CodeOf(err)).Status, page)
}

// changePreviewed goes back to the form. Files cannot be given back to a browser.
func (d *Dashboard) changePreviewed(v *visit) { d.askFax(v, http.StatusOK, posted(v), nil) }

// previewGone answers what cannot be sent any more.
func (d *Dashboard) previewGone(v *visit, err error) {
	if !apierror.Has(err, apierror.NotFound) && !apierror.Has(err, apierror.DocumentGone) {
		d.failedOn(v, err, faxesPath)
		return
	}
	d.problemFor(v, problem{
		Status: http.StatusNotFound, Title: "This preview is over",
		Text:  "It was sent already, or it is too old. Look among your faxes before you send it again.",
		Retry: faxesPath, RetryText: "Go to the faxes",
	})
}

// posted are the fields of a form about a fax.
func posted(v *visit) map[string]string {
	fields := map[string]string{}
	for _, name := range faxFields() {
		fields[name] = v.c.PostForm(name)
	}
	return fields
}
