package dashboard

import (
	"fmt"
	"html/template"
	"strconv"
	"strings"
	"time"

	"github.com/mintfax/mintfax/services/gateway/internal/web"
	"github.com/mintfax/mintfax/shared/contract"
)

// view is what the layout shows. Person is nil for a page of nobody in particular.
type view struct {
	Title   string
	Section string // of the navigation
	Refresh string // where to go in two seconds, if anywhere
	Person  *person
	Notice  *notice
	Body    any
}

// person is who is signed in, and the token of their forms.
type person struct {
	Name      string
	Email     string
	CSRF      string
	Activated bool
}

// notice is a sentence above the page.
type notice struct {
	Bad  bool
	Text string
}

// done is the notice of what has just been done. The address names it; its words are ours.
func done(what string) *notice {
	text, known := map[string]string{
		"renamed": "The new name is saved.", "revoked": "The key is revoked. Every request with it is refused from now on.",
		"environment": "The environment is there. Make a key for it below.", "card-removed": "The card is removed. Nothing can be charged to it any more.",
		"auto-on": "Automatic top-up is on.", "auto-off": "Automatic top-up is off. Nothing is charged by itself.",
		"topped-up": "Thank you. The credits are in your live pool.", "settings": "Your settings are saved.", "sent": "Your fax is on its way.", "erased": "The fax is erased.",
	}[what]
	if !known {
		return nil
	}
	return &notice{Text: text}
}

func functions() template.FuncMap {
	return template.FuncMap{
		"money": money, "number": number, "when": when, "day": day, "capital": capital, "took": took, "asset": web.Asset,
		"statusWord": statusWord, "why": why, "whatToDo": whatToDo, "pauseWords": pauseWords, "typeWord": typeWord, "environmentWords": environmentWords, "recipient": recipient, "kindWord": kindWord,
		"paymentWord": paymentWord, "signed": signed, "text": text, "activation": activation,
	}
}

// activationForm is what the part with the packages of a first purchase shows.
type activationForm struct {
	CSRF     string
	Packages []contract.CreditPackage
}

func activation(csrf string, packages []contract.CreditPackage) activationForm {
	return activationForm{csrf, packages}
}

// money writes cents as a price. No floating point number takes part.
func money(cents int64, currency string) string {
	amount := fmt.Sprintf("%s.%02d", number(cents/100), cents%100)
	if currency == contract.Currency {
		return "$" + amount
	}
	return amount + " " + currency
}

// number writes n with a comma before every three digits.
func number(n int64) string {
	digits := strconv.FormatInt(n, 10)
	sign := ""
	if n < 0 {
		sign, digits = "-", digits[1:]
	}
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return sign + digits
}

func signed(n int64) string {
	if n > 0 {
		return "+" + number(n)
	}
	return strings.Replace(number(n), "-", "−", 1)
}

// when is a time in UTC, which the script turns into the reader's own.
func when(t time.Time) template.HTML {
	t = t.UTC()
	full := t.Format("2 January 2006, 15:04:05 UTC")
	return template.HTML(fmt.Sprintf(`<time datetime="%s" title="%s">%s</time>`, //nolint:gosec // made of a time alone
		t.Format(time.RFC3339), full, t.Format("2 Jan 2006, 15:04 UTC")))
}

func day(t time.Time) string { return t.UTC().Format("2 January 2006") }

// took is a duration in words as short as they can be.
func took(ms int64) string {
	switch d := time.Duration(ms) * time.Millisecond; {
	case d < time.Second:
		return fmt.Sprintf("%d ms", ms)
	case d < time.Minute:
		return fmt.Sprintf("%.1f s", d.Seconds())
	default:
		return d.Round(time.Second).String()
	}
}

func capital(word string) string {
	if word == "" {
		return ""
	}
	return strings.ToUpper(word[:1]) + word[1:]
}

// text is what a field has, or nothing.
func text(field *string) string {
	if field == nil {
		return ""
	}
	return *field
}
