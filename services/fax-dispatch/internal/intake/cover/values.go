package cover

import (
	"strconv"
	"time"
)

// Values are the values of a template's tokens. Empty ones are left out.
type Values struct {
	RecipientName, RecipientFax          string
	SenderName, SenderCompany, SenderFax string
	Subject, Message                     string
	Date                                 time.Time // shown as a day in UTC
	Pages                                int       // of the fax, with its cover
}

// of returns the value of a token.
func (v Values) of(token string) (value string, known bool) {
	switch token {
	case "recipient_name":
		return v.RecipientName, true
	case "recipient_fax":
		return v.RecipientFax, true
	case "sender_name":
		return v.SenderName, true
	case "sender_company":
		return v.SenderCompany, true
	case "sender_fax":
		return v.SenderFax, true
	case "subject":
		return v.Subject, true
	case "message":
		return v.Message, true
	case "date":
		return v.Date.UTC().Format(time.DateOnly), true
	case "page_count":
		return strconv.Itoa(v.Pages), true
	default:
		return "", false
	}
}
