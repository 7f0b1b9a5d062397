package ui

import (
	"fmt"
	"html/template"
	"strconv"
	"strings"
	"time"

	"github.com/mintfax/mintfax/services/gateway/internal/web"
	"github.com/mintfax/mintfax/shared/contract"
)

func functions() template.FuncMap {
	return template.FuncMap{
		"money": money, "number": Number, "when": when, "day": day, "capital": capital, "took": took, "asset": web.Asset,
		"statusWord": statusWord, "why": FailureReason, "whatToDo": FailureAdvice, "pauseWords": PauseReason, "typeWord": typeWord, "environmentWords": environmentWords, "recipient": Recipient, "kindWord": kindWord,
		"paymentWord": paymentWord, "signed": signed, "text": Text, "activation": activation,
	}
}

// money writes cents as a price. No floating point number takes part.
func money(cents int64, currency string) string {
	amount := fmt.Sprintf("%s.%02d", Number(cents/100), cents%100)
	if currency == contract.Currency {
		return "$" + amount
	}
	return amount + " " + currency
}

// Number writes n with a comma before every three digits.
func Number(n int64) string {
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
		return "+" + Number(n)
	}
	return strings.Replace(Number(n), "-", "−", 1)
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

// Text is the value of an optional field, or nothing.
func Text(field *string) string {
	if field == nil {
		return ""
	}
	return *field
}
