package office

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestOnlyKnownDeclarationsOfAStyleAreKept(t *testing.T) {
	for given, want := range map[string]string{
		"text-align:right":                                    "text-align: right",
		"TEXT-ALIGN: Center ; color:#fff":                     "text-align: Center; color: #fff",
		"font-family:'Liberation Mono', \"DejaVu\",monospace": "font-family: 'Liberation Mono', \"DejaVu\",monospace",
		"font-size:10pt;line-height:100%;line-height:1.5":     "font-size: 10pt; line-height: 100%; line-height: 1.5",
		"margin:0 auto 1em -2.5px":                            "margin: 0 auto 1em -2.5px",
		"border: 1px solid rgb(1,2,3)":                        "border: 1px solid rgb(1,2,3)",
		"color:rgba(10%, 20, 30, .5)":                         "color: rgba(10%, 20, 30, .5)",
		"font-weight:600;font-style:italic;direction:rtl":     "font-weight: 600; font-style: italic; direction: rtl",
		"page-break-before:always;border-collapse:collapse":   "page-break-before: always; border-collapse: collapse",
		"text-decoration:underline line-through;width:50%":    "text-decoration: underline line-through; width: 50%",

		"background:url(http://x)":             "",
		"background-color:url(x)":              "",
		"color:u\\72l(x)":                      "",
		"color:red/**/":                        "",
		"width:expression(alert(1))":           "",
		"font-family:url(x)":                   "",
		"font-family:'a;b'":                    "",
		"font-family:":                         "",
		"border:1px solid red blue":            "",
		"margin:1px 2px 3px 4px 5px":           "",
		"margin:1 2":                           "",
		"color:#12":                            "",
		"color:rgb(1,2)":                       "",
		"line-height:--1;font-size:1e9pt":      "",
		"position:fixed;text-align:right":      "text-align: right",
		strings.Repeat("color:red;", 201):      "", // longer than a style may be
		strings.Repeat("x:y;", 40) + "width:0": "",
	} {
		require.Equal(t, want, filterStyle(given), given)
	}
}

// attacks took seconds, or had no end, in filters that try every split of a value.
var attacks = []string{
	"border:" + strings.Repeat("1px ", 40) + "!",
	"border:" + strings.Repeat("solid ", 45) + "?",
	"font-family:" + strings.Repeat("a,", 50_000) + "!",
	"margin:" + strings.Repeat("0 ", 900) + "x",
	"color:rgb(" + strings.Repeat("1,", 900) + ")",
	"text-decoration:" + strings.Repeat("underline ", 150) + "x",
}

const quick = 100 * time.Millisecond

// timely fails when all of several tries take longer than 100 ms: one may be the machine's doing.
func timely(t *testing.T, do func()) {
	t.Helper()
	var took time.Duration
	for range 3 {
		began := time.Now()
		do()
		if took = time.Since(began); took <= quick {
			return
		}
	}
	t.Errorf("it takes %s", took)
}

func FuzzFilteringAStyleTakesLinearTime(f *testing.F) {
	for _, seed := range attacks {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, style string) {
		timely(t, func() {
			kept := filterStyle(style)
			if strings.ContainsAny(kept, "\\<>") || strings.Contains(kept, "/*") || strings.Contains(kept, "url(") {
				t.Errorf("kept %q", kept)
			}
			if again := filterStyle(kept); again != kept {
				t.Errorf("%q becomes %q when it is filtered again", kept, again)
			}
		})
	})
}

func FuzzSanitizingAPageTakesLinearTime(f *testing.F) {
	for _, seed := range attacks {
		f.Add(`<html><p style="` + seed + `">x</p>`)
	}
	f.Add(strings.Repeat("<div>", 5_000))
	f.Add(strings.Repeat(`<table background="x"><td style="a:b">`, 500))
	f.Add("<p " + strings.Repeat("style=a:b ", 2_000) + ">")
	f.Add("<!--" + strings.Repeat("--!>", 5_000))
	f.Fuzz(func(t *testing.T, page string) {
		if len(page) > 200<<10 {
			return // the time is in proportion to the length
		}
		timely(t, func() { sanitized([]byte(page), "letter") })
	})
}
