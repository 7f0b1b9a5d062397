package dashboard

import (
	"fmt"
	"html/template"
	"strconv"
	"strings"
	"time"

	"github.com/mintfax/mintfax/shared/contract"
)

// view is what the layout shows. Person is nil for a page of nobody in particular.
type view struct {
	Title   string
	Refresh string // where to go in two seconds, if anywhere
	Person  *person
	Body    any
}

// person is who is signed in, and the token of their forms.
type person struct {
	Email string
	CSRF  string
}

func functions() template.FuncMap {
	return template.FuncMap{"money": money, "number": number, "moment": moment, "capital": capital}
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

func moment(t time.Time) string {
	return t.UTC().Format("2 January 2006, 15:04 UTC")
}

func capital(word string) string {
	if word == "" {
		return ""
	}
	return strings.ToUpper(word[:1]) + word[1:]
}
