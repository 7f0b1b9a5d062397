package intake_test

import (
	"bytes"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/faxpage"
)

// covered is a request for a fax of two pages with a cover.
func (f fixture) covered(t *testing.T, c contract.FaxCover) contract.SubmitFaxRequest {
	t.Helper()
	return contract.SubmitFaxRequest{Tenant: f.Sandbox, To: "+15005550001", Cover: c, Files: []contract.StagedFile{f.storage.Upload(t, "one\ftwo")}}
}

// page is page n of a document in storage. With PAGES_DIR it is written there as a PNG file, for eyes.
func (f fixture) page(t *testing.T, read func(file contract.StagedFile) []byte, file contract.StagedFile, n int, name string) faxpage.Page {
	t.Helper()
	page, resolution, err := faxpage.ReadPage(bytes.NewReader(read(file)), n)
	require.NoError(t, err)
	if dir := os.Getenv("PAGES_DIR"); dir != "" {
		var out bytes.Buffer
		require.NoError(t, png.Encode(&out, faxpage.Picture(page, resolution)))
		require.NoError(t, os.WriteFile(filepath.Join(dir, name+".png"), out.Bytes(), 0o600))
	}
	return page
}

func TestACoverPageComesFirstAndIsCountedAndPaidFor(t *testing.T) {
	f := setup(t)
	f.Exec(t, `INSERT INTO fax.settings (account_id, retention_days, zero_footprint, sender_name, sender_company, sender_fax)
		VALUES (?, 30, false, 'Ward 3', 'Riverside Clinic', '+12125550100')`, f.Sandbox.AccountID)
	words := contract.FaxCover{RecipientName: "Dr. Roe", Subject: "Results", Message: "Dear colleague,\n\nthe results you asked for."}
	plain, err := f.service.Preview(t.Context(), f.covered(t, contract.FaxCover{}))
	require.NoError(t, err)
	covers := map[string]faxpage.Page{}
	for name, template := range map[string]string{
		"standard": "standard", "hipaa": "hipaa",
		"html":   `<!doctype html><h1>{{sender_company}}</h1><p style="text-align:right">{{date}}, {{page_count}} pages</p><p>{{message}}</p>`,
		"arabic": "standard",
	} {
		c := words
		c.Page = template
		if name == "arabic" {
			c.RecipientName = "د. سلام"
		}
		made, err := f.service.Preview(t.Context(), f.covered(t, c))
		require.NoError(t, err, name)
		require.Equal(t, 3, made.Pages.Pages, name)
		require.EqualValues(t, 18, made.Quote.Amount, name)
		covers[name] = f.page(t, f.staged(t), made.Pages.Document, 1, "cover-"+name)
		for n := 1; n <= 2; n++ {
			require.Equal(t, f.page(t, f.staged(t), plain.Pages.Document, n, "plain"), f.page(t, f.staged(t), made.Pages.Document, n+1, "covered"), name)
		}
	}
	require.NotEqual(t, covers["standard"], covers["hipaa"])
	require.NotEqual(t, covers["standard"], covers["arabic"])

	c := words
	c.Page = "hipaa"
	sent, err := f.service.Submit(t.Context(), f.covered(t, c))
	require.NoError(t, err)
	require.Equal(t, 3, sent.Fax.Pages)
	require.EqualValues(t, 18, sent.Fax.HoldAmount)
	require.Equal(t, 1, f.storage.Files(t, "documents"))
	quote, err := f.service.Quote(t.Context(), f.covered(t, c))
	require.NoError(t, err)
	require.Equal(t, 3, quote.Pages)
}

func TestLineBreaksOfEverySystemAreTheSame(t *testing.T) {
	f := setup(t)
	first := func(message string) faxpage.Page {
		made, err := f.service.Preview(t.Context(), f.covered(t, contract.FaxCover{Page: "standard", Message: message}))
		require.NoError(t, err, "%q", message)
		return f.page(t, f.staged(t), made.Pages.Document, 1, "cover-lines")
	}
	want := first("Dear colleague,\n\nas you asked.")
	require.Equal(t, want, first("Dear colleague,\r\n\r\nas you asked."), "as browsers send them")
	require.Equal(t, want, first("Dear colleague,\r\ras you asked."))
	require.NotEqual(t, want, first("Dear colleague, as you asked."))
	full := strings.Repeat("n", 1998) + "\r\n" + "n" // 2,000 letters, a line break counting as one
	_, err := f.service.Quote(t.Context(), f.covered(t, contract.FaxCover{Page: "standard", Message: full}))
	require.NoError(t, err)
}

func TestACoverThatCannotBeMadeLeavesNothing(t *testing.T) {
	f := setup(t)
	for name, c := range map[string]struct {
		cover contract.FaxCover
		field string
	}{
		"a name that is not known":   {contract.FaxCover{Page: "fancy"}, "cover_page"},
		"a token that is not known":  {contract.FaxCover{Page: "<p>{{patient}}</p>"}, "cover_page"},
		"words without a page":       {contract.FaxCover{Subject: "Hello"}, "cover_page"},
		"a subject of two lines":     {contract.FaxCover{Page: "standard", Subject: "a\nb"}, "subject"},
		"a long name":                {contract.FaxCover{Page: "standard", RecipientName: strings.Repeat("n", 101)}, "recipient_name"},
		"a long message":             {contract.FaxCover{Page: "standard", Message: strings.Repeat("n", 2001)}, "message"},
		"a message of many lines":    {contract.FaxCover{Page: "standard", Message: strings.Repeat("n\n", 60)}, "cover_page"},
		"a page of HTML that is two": {contract.FaxCover{Page: "<p>" + strings.Repeat("line<br>", 100)}, "cover_page"},
	} {
		_, err := f.service.Submit(t.Context(), f.covered(t, c.cover))
		var refusal *apierror.Error
		require.ErrorAs(t, err, &refusal, name)
		require.Equal(t, apierror.ValidationFailed, refusal.Code, name)
		require.Contains(t, refusal.Context["errors"], c.field, name)
	}
	r := f.covered(t, contract.FaxCover{Page: "standard"})
	r.Files = append(r.Files, f.storage.Upload(t, strings.Repeat("\f", 347)+"x"))
	_, err := f.service.Submit(t.Context(), r)
	require.True(t, apierror.Has(err, apierror.ValidationFailed), "350 pages and a cover")
	f.requireNothingLeft(t)
}
