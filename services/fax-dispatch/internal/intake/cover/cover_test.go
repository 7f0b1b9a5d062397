package cover_test

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/intake/cover"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/document"
)

func values() cover.Values {
	return cover.Values{
		RecipientName: "Dr. <b>Roe</b>", RecipientFax: "+12125550101", SenderName: "Ward 3", SenderCompany: "Riverside Clinic",
		SenderFax: "+12125550100", Subject: "Discharge of J. D.", Message: "Please call back.\n\nThank you & good night.",
		Date: time.Date(2026, 11, 26, 23, 30, 0, 0, time.FixedZone("", -5*3600)), Pages: 12,
	}
}

func fill(t *testing.T, page string, v cover.Values) (string, document.Type) {
	t.Helper()
	template, err := cover.Parse(page)
	require.NoError(t, err)
	filled, kind := template.Fill(v)
	return string(filled), kind
}

func TestTheStandardCoverSaysEverything(t *testing.T) {
	page, kind := fill(t, cover.Standard, values())
	require.Equal(t, document.Text, kind)
	for _, line := range []string{
		"To       Dr. <b>Roe</b>\n", "Fax      +12125550101\n", "From     Ward 3\n", "Company  Riverside Clinic\n", "Fax      +12125550100\n",
		"Date     2026-11-27\n", "Pages    12\n", "Subject  Discharge of J. D.\n", "\nPlease call back.\n\nThank you & good night.\n",
	} {
		require.Contains(t, page, line)
	}
	require.NotContains(t, page, "{{")
}

func TestEmptyValuesAreLeftOut(t *testing.T) {
	page, _ := fill(t, cover.Standard, cover.Values{RecipientFax: "+12125550101", Pages: 2})
	for _, label := range []string{"To  ", "From", "Company", "Subject", "{{"} {
		require.NotContains(t, page, label)
	}
}

func TestTheHIPAACoverShowsNothingAboutThePatient(t *testing.T) {
	page, _ := fill(t, cover.HIPAA, values())
	require.NotContains(t, page, "Discharge")
	require.NotContains(t, page, "call back")
	require.Contains(t, page, "CONFIDENTIAL")
	require.Contains(t, page, "Dr. <b>Roe</b>")
}

func TestTemplatesOfHTMLAreFilledWithoutBecomingOtherHTML(t *testing.T) {
	page, kind := fill(t, "<html><p>{{recipient_name}}, {{ message }}: {{page_count}} of {{date}}</p>{{ no token}}</html>", values())
	require.Equal(t, document.HTML, kind)
	require.Equal(t, "<html><p>Dr. &lt;b&gt;Roe&lt;/b&gt;, Please call back.<br><br>Thank you &amp; good night.: 12 of 2026-11-27</p>{{ no token}}</html>", page)
}

func TestLettersThatTheMonospaceFontLacksMakeAPageOfHTML(t *testing.T) {
	v := values()
	v.Message = "שלום <b>\nHello"
	page, kind := fill(t, cover.Standard, v)
	require.Equal(t, document.HTML, kind)
	require.Contains(t, page, `<p dir="rtl" style="margin:0;text-align:right">שלום &lt;b&gt;&nbsp;</p><p dir="ltr" style="margin:0">Hello&nbsp;</p>`)
	for _, value := range []string{"Dr. &lt;b&gt;Roe&lt;/b&gt;", "+12125550101", "Riverside Clinic", "2026-11-27", "Discharge of J. D."} {
		require.Contains(t, page, value)
	}
}

func TestInvalidTemplatesAreRefused(t *testing.T) {
	for page, word := range map[string]string{
		"fancy": "standard, hipaa", "Standard": "standard, hipaa", "<p>{{patient}}</p>": "{{patient}}",
		"<p>" + strings.Repeat("x", cover.MaxTemplate): "bytes",
	} {
		_, err := cover.Parse(page)
		require.ErrorContains(t, err, word)
	}
}

func TestLongValuesStayBesideTheirLabels(t *testing.T) {
	v := values()
	v.Subject = strings.TrimSpace(strings.Repeat("words of a subject ", 8))
	v.Message = strings.Repeat("é", 200)
	page, _ := fill(t, cover.Standard, v)
	require.Contains(t, page, "\nSubject  words of a subject words of a subject words of a subject words\n         of a subject words")
	for line := range strings.Lines(page) {
		require.LessOrEqual(t, utf8.RuneCountInString(strings.TrimSuffix(line, "\n")), 72)
	}
}

func FuzzAFilledCoverHasItsValues(f *testing.F) {
	f.Add("Subject", "Two\nlines")
	f.Add("{{date}}", "<script>")
	f.Fuzz(func(t *testing.T, subject, message string) {
		if !utf8.ValidString(subject) || !utf8.ValidString(message) {
			return
		}
		page, kind := fill(t, cover.Standard, cover.Values{Subject: subject, Message: message, Pages: 1})
		if kind == document.HTML {
			return
		}
		for line := range strings.Lines(page) {
			require.LessOrEqual(t, utf8.RuneCountInString(strings.TrimSuffix(line, "\n")), 72)
		}
		squeezed := strings.Join(strings.Fields(page), "")
		require.Contains(t, squeezed, strings.Join(strings.Fields(message), ""))
		html, _ := fill(t, "<p>{{message}}</p>", cover.Values{Message: message})
		require.Equal(t, 1+strings.Count(message, "\n"), strings.Count(html, "<")-1, "nothing but line breaks is markup")
	})
}
