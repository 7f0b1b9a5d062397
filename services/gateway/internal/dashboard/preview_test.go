package dashboard_test

import (
	"bytes"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/faxpage"
)

// stagePreview makes the next preview one of two pages, which are in staging.
func (f *fixture) stagePreview(t *testing.T) {
	t.Helper()
	var pages bytes.Buffer
	writer := faxpage.NewWriter(&pages, faxpage.Fine)
	for range 2 {
		require.NoError(t, writer.Add(faxpage.New(100)))
	}
	require.NoError(t, writer.Close())
	staged, err := f.documents.Stage(t.Context(), &pages, 1<<20)
	require.NoError(t, err)
	f.preview = contract.FaxPreview{
		Quote: contract.FaxQuote{Pages: 2, Rate: 6, Amount: 12, Currency: "USD"}, Pages: contract.FaxPages{Pages: 2, Document: staged},
	}
}

func TestPreviewedPagesAreSentUnchanged(t *testing.T) {
	f := newFixture(t, nil)
	f.stagePreview(t)
	v := f.browser(t)
	v.signIn()
	shown := v.send(t, map[string]string{"act": "preview", "cover_page": "standard", "subject": "A <b>"})
	require.Equal(t, http.StatusOK, shown.status, shown.body)
	require.Equal(t, contract.FaxCover{Page: "standard", Subject: "A <b>"}, f.did[0].(contract.SubmitFaxRequest).Cover)
	require.Contains(t, shown.body, "12 credits")
	require.Equal(t, "+15005550001", shown.field(t, "to"))
	path := shown.link(t, `action="(/dashboard/previews/[^/"]+)/send"`)
	picture := v.get(path + "/pages/2.png")
	require.Equal(t, "image/png", picture.header.Get("Content-Type"))
	for _, none := range []string{"/pages/3.png", "/pages/0.png", "/pages/x"} {
		require.Equal(t, http.StatusNotFound, v.get(path+none).status, none)
	}

	changed := v.post(path+"/change", url.Values{"csrf": {shown.field(t, "csrf")}, "to": {"+15005550001"}, "subject": {"A <b>"}})
	require.Contains(t, changed.body, `value="&#43;15005550001"`)
	require.Contains(t, changed.body, "A &lt;b&gt;")

	form := url.Values{"csrf": {shown.field(t, "csrf")}, "to": {"+15005550001"}}
	f.submitErr = apierror.New(apierror.InsufficientBalance)
	poor := v.post(path+"/send", form)
	require.Equal(t, http.StatusPaymentRequired, poor.status)
	require.Contains(t, poor.body, "does not have enough credits")
	require.Contains(t, poor.body, path+"/send", "it can be tried again")
	f.submitErr = nil
	done := v.post(path+"/send", form)
	require.Equal(t, "/dashboard/faxes/fax_1?done=sent", done.header.Get("Location"))
	sent := f.did[len(f.did)-1].(contract.SubmitFaxRequest)
	require.Equal(t, f.preview.Pages.Document, *sent.Previewed)
	require.Empty(t, sent.Files)
	require.Empty(t, sent.Cover)
	require.Contains(t, sent.IdempotencyKey, "preview-")
	over := v.post(path+"/send", form)
	require.Equal(t, http.StatusNotFound, over.status)
	require.Contains(t, over.body, "This preview is over")
}

func TestPreviewBelongsToItsAccountAndPassesTheGate(t *testing.T) {
	f := newFixture(t, nil)
	f.stagePreview(t)
	f.account.ActivatedAt = new(time.Now())
	v := f.browser(t)
	v.signIn()
	shown := v.send(t, map[string]string{"act": "preview", "environment": "env_l"})
	path := shown.link(t, `action="(/dashboard/previews/[^/"]+)/send"`)
	require.Equal(t, http.StatusForbidden, v.post(path+"/send", url.Values{"csrf": {"x"}}).status)
	require.Equal(t, http.StatusSeeOther, f.browser(t).get(path+"/pages/1.png").status, "nobody is signed in")
	f.account.ActivatedAt = nil
	require.Equal(t, http.StatusForbidden, v.get(path+"/pages/1.png").status)
	require.Equal(t, http.StatusForbidden, v.post(path+"/send", url.Values{"csrf": {shown.field(t, "csrf")}}).status)
}

func TestPreviewRefusalIsShownOnTheForm(t *testing.T) {
	f := newFixture(t, nil)
	v := f.browser(t)
	v.signIn()
	f.submitErr = apierror.New(apierror.UnsupportedDocument)
	shown := v.send(t, map[string]string{"act": "preview", "to": "+12125550100", "message": "Hello"})
	require.Equal(t, http.StatusUnprocessableEntity, shown.status)
	require.Contains(t, shown.body, "This file cannot be faxed")
	require.Contains(t, shown.body, ">Hello</textarea>")
}
