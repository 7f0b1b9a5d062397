package faxes

import (
	"bytes"
	"context"
	"errors"
	"net/http"

	"github.com/mintfax/mintfax/services/gateway/internal/dashboard/ui"
	"github.com/mintfax/mintfax/services/gateway/internal/edge"
	"github.com/mintfax/mintfax/services/gateway/internal/media"
	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/bus"
	"github.com/mintfax/mintfax/shared/contract"
)

// previewPage is the body of the page of a fax that is not sent yet: its pages, and its price.
type previewPage struct {
	ID          string
	Environment contract.Environment
	Fax         contract.FaxPreview
	Given       map[string]string // the fields to send with the pages
	Wrong       map[string]string
}

// Pictures returns the numbers of the pages that are shown.
func (p previewPage) Pictures() []int { return pageNumbers(p.Fax.Pages.Pages) }

// More returns how many pages are not shown.
func (p previewPage) More() int { return p.Fax.Pages.Pages - len(p.Pictures()) }

// preview shows the pages that would be sent, and their price. The page's form carries the fields, so that only the pages
// are kept.
func (p *Pages) preview(c *ui.Context, from contract.Environment, form *media.Form) {
	made, err := bus.Call(c.Ctx(), p.services, contract.PreviewFax, submission(from, form))
	if err != nil {
		p.notSent(c, err, given(form))
		return
	}
	id, removed, err := p.previews.Keep(c.Ctx(), c.AccountID(), Preview{EnvironmentID: from.ID, Fax: made})
	p.deleteStaged(c.Ctx(), removed)
	if err != nil {
		p.deleteStaged(c.Ctx(), []string{made.Pages.Document.ID})
		c.Fail(err, newFaxPath)
		return
	}
	p.showPreview(c, http.StatusOK, previewPage{ID: id, Environment: from, Fax: made, Given: given(form)})
}

// deleteStaged deletes the documents of removed previews.
func (p *Pages) deleteStaged(ctx context.Context, ids []string) {
	for _, id := range ids {
		if err := p.documents.DeleteStaged(context.WithoutCancel(ctx), id); err != nil {
			p.log.WarnContext(ctx, "the pages of a preview were not deleted; they will be swept", "error", err)
		}
	}
}

func (p *Pages) showPreview(c *ui.Context, status int, page previewPage) {
	var notice *ui.Notice
	if len(page.Wrong) > 0 {
		notice = &ui.Notice{Bad: true, Text: "The fax was not sent and nothing was charged."}
	}
	c.Show(status, "preview", ui.View{Title: "Look before it is sent", Section: "faxes", Notice: notice, Body: page})
}

// previewed finds a preview of the account and passes the activation gate of its environment.
func (p *Pages) previewed(c *ui.Context) (Preview, contract.Environment, error) {
	found, err := p.previews.Get(c.Ctx(), c.AccountID(), c.Param("id"))
	if errors.Is(err, ErrNoPreview) {
		err = apierror.New(apierror.NotFound)
	}
	if err != nil {
		return found, contract.Environment{}, err
	}
	of, err := bus.Call(c.Ctx(), p.services, contract.EnterEnvironment, c.Owned(found.EnvironmentID))
	return found, of, err
}

// previewImage answers with the image of one page of a preview.
func (p *Pages) previewImage(c *ui.Context) {
	found, _, err := p.previewed(c)
	n := media.PageNumber(c.Param("page"))
	if err == nil && n == 0 {
		err = apierror.New(apierror.NotFound)
	}
	var picture bytes.Buffer
	if err == nil {
		err = media.StagedPNG(c.Ctx(), p.documents, found.Fax.Pages, n, &picture)
	}
	if err != nil {
		c.Fail(err, ui.FaxesPath)
		return
	}
	c.Data(http.StatusOK, "image/png", picture.Bytes())
}

// sendPreviewed sends the pages of a preview, once.
func (p *Pages) sendPreviewed(c *ui.Context) {
	found, of, err := p.previewed(c)
	if err != nil {
		p.previewGone(c, err)
		return
	}
	fields := posted(c)
	sent, err := bus.Call(c.Ctx(), p.services, contract.SubmitFax, contract.SubmitFaxRequest{
		Tenant: tenantOf(of), To: fields["to"], MaxAttempts: fields["max_attempts"], CSID: fields["csid"],
		PageSize: fields["page_size"], Resolution: fields["resolution"], OptimizeFor: fields["optimize_for"],
		Previewed: &found.Fax.Pages.Document, IdempotencyKey: "preview-" + c.Param("id"),
		Fingerprint: edge.Fingerprint(http.MethodPost, c.Param("id"), nil),
	})
	if err != nil {
		p.notSentPreviewed(c, err, previewPage{ID: c.Param("id"), Environment: of, Fax: found.Fax, Given: fields})
		return
	}
	if err := p.previews.Forget(c.Ctx(), c.AccountID(), c.Param("id")); err != nil {
		p.log.WarnContext(c.Ctx(), "a preview that was sent is not forgotten yet", "error", err)
	}
	c.SeeOther(ui.FaxesPath + "/" + sent.Fax.ID + "?done=sent")
}

func (p *Pages) notSentPreviewed(c *ui.Context, err error, page previewPage) {
	page.Wrong = formErrors(err)
	if page.Wrong == nil {
		p.previewGone(c, err)
		return
	}
	p.showPreview(c, apierror.Lookup(apierror.CodeOf(err)).Status, page)
}

// changePreviewed shows the form again. Browsers do not take files back.
func (p *Pages) changePreviewed(c *ui.Context) { p.askFax(c, http.StatusOK, posted(c), nil) }

// previewGone answers for a preview that can no longer be sent.
func (p *Pages) previewGone(c *ui.Context, err error) {
	if !apierror.Has(err, apierror.NotFound) && !apierror.Has(err, apierror.DocumentGone) {
		c.Fail(err, ui.FaxesPath)
		return
	}
	c.Problem(ui.Problem{
		Status: http.StatusNotFound, Title: "This preview is over",
		Text:  "It was sent already, or it is too old. Look among your faxes before you send it again.",
		Retry: ui.FaxesPath, RetryText: "Go to the faxes",
	})
}

// posted returns the fields of a form about a fax.
func posted(c *ui.Context) map[string]string {
	fields := map[string]string{}
	for _, name := range faxFields() {
		fields[name] = c.PostForm(name)
	}
	return fields
}
