package system_test

import (
	"bytes"
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/deploy/stack/apiclient"
	"github.com/mintfax/mintfax/deploy/tests/browser"
)

func TestAPersonLooksAtAFaxWithItsCoverBeforeItIsSent(t *testing.T) {
	t.Parallel()
	b := setup(t)
	tab, a := browser.Start(t, refusedPage), b.account(t)
	b.signIn(t, tab, a)
	tab.Open(b.BaseURL + "/dashboard/settings")
	tab.Fill("Company", "Riverside Clinic")
	tab.Evaluate(`document.querySelector("form[action='/dashboard/fax-settings']").requestSubmit()`, nil)
	tab.See("Your settings are saved.")

	letter := filepath.Join(t.TempDir(), "letter.txt")
	require.NoError(t, os.WriteFile(letter, []byte("one\ftwo"), 0o600))
	write := func() {
		tab.Fill("To", "+15005550001")
		tab.Choose("Documents", letter)
	}
	tab.Open(b.BaseURL + "/dashboard/faxes/new")
	write()
	tab.Pick("Cover page", "standard")
	tab.Click("What the cover page says")
	tab.Fill("Subject", "Results")
	tab.Add("Message", "Dear colleague,\nas you asked.")
	tab.Click("Look at the pages and the price first")
	tab.See("Look before it is sent", "18 credits, 6 a page")
	eventually(t, "all three pages to be shown", func() (shown bool) {
		tab.Evaluate(`[...document.querySelectorAll(".pages img")].filter(i => { i.loading = "eager"; return i.complete && i.naturalWidth === 1728 }).length === 3`, &shown)
		return shown
	})
	inspect(t, tab, "preview")
	require.Zero(t, b.number(t, `SELECT count(*) FROM fax.faxes WHERE account_id = $1`, a.ID))

	tab.Click("Change something")
	tab.See("Documents")
	var subject, message string
	tab.Evaluate(`document.getElementById("subject").value`, &subject)
	tab.Evaluate(`document.getElementById("message").value`, &message)
	require.Equal(t, "Results", subject)
	require.Equal(t, "Dear colleague,\nas you asked.", message, "no line break is lost on the way back")
	write()
	tab.Click("Look at the pages and the price first")
	tab.See("18 credits")
	tab.ClickTwice("Send the fax")
	tab.See("Your fax is on its way.")
	tab.See("Delivered")
	require.EqualValues(t, 1, b.number(t, `SELECT count(*) FROM fax.faxes WHERE account_id = $1`, a.ID))
	require.EqualValues(t, 9_982, b.number(t, `SELECT available FROM wallet.pools WHERE account_id = $1 AND balance_type = 'sandbox'`, a.ID))
}

func TestACoverPageIsTheFirstPageOfTheImage(t *testing.T) {
	t.Parallel()
	b := setup(t)
	a := b.account(t)
	b.do(t, http.StatusOK, "PUT", "/v1/account/settings", a.AccountKey, map[string]any{"sender_name": "Ward 3", "sender_fax": "+12125550100"})
	upload := apiclient.Upload{To: "+15005550001", FileName: "f.txt", File: []byte("Hello.")}
	picture := func(wantPages int, n string) []byte {
		answer, err := b.SendFax(t.Context(), a.TestKey, upload)
		require.NoError(t, err)
		require.Equal(t, http.StatusCreated, answer.Status, string(answer.Body))
		var fax struct {
			ID         string
			Pages      int
			HoldAmount int `json:"hold_amount"`
		}
		require.NoError(t, answer.Decode(&fax))
		require.Equal(t, wantPages, fax.Pages)
		require.Equal(t, 6*wantPages, fax.HoldAmount)
		return b.do(t, http.StatusOK, "GET", "/v1/faxes/"+fax.ID+"/pages/"+n+".png", a.TestKey, nil).Body
	}
	bare := picture(1, "1")
	upload.Fields = map[string]string{"cover_page": "hipaa", "recipient_name": "Dr. Roe"}
	require.True(t, bytes.Equal(bare, picture(2, "2")), "the document follows its cover unchanged")
	require.False(t, bytes.Equal(bare, picture(2, "1")))

	upload.Fields = map[string]string{"cover_page": "<p>{{patient_name}}</p>"}
	refused, err := b.SendFax(t.Context(), a.TestKey, upload)
	require.NoError(t, err)
	require.Equal(t, http.StatusUnprocessableEntity, refused.Status)
	require.Contains(t, string(refused.Body), "{{patient_name}}")
}
