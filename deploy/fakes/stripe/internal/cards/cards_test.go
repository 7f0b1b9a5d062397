package cards_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/deploy/fakes/stripe/internal/cards"
)

func TestCardsAreJudgedAsStripesTestCards(t *testing.T) {
	now := time.Date(2026, time.July, 31, 23, 59, 0, 0, time.UTC)
	good := cards.Typed{Number: "4242424242424242", ExpMonth: "12", ExpYear: "2034", CVC: "123"}
	with := func(change func(*cards.Typed)) cards.Typed {
		typed := good
		change(&typed)
		return typed
	}
	for name, c := range map[string]struct {
		typed   cards.Typed
		mistake string
		decline string
	}{
		"visa":               {typed: good},
		"mastercard":         {typed: with(func(t *cards.Typed) { t.Number = "5555555555554444" })},
		"in groups":          {typed: with(func(t *cards.Typed) { t.Number = " 4242 4242-4242 4242 " })},
		"a short year":       {typed: with(func(t *cards.Typed) { t.ExpYear = "34" })},
		"the last day":       {typed: with(func(t *cards.Typed) { t.ExpMonth, t.ExpYear = "07", "2026" })},
		"declined":           {typed: with(func(t *cards.Typed) { t.Number = "4000000000000002" }), decline: "generic_decline"},
		"insufficient funds": {typed: with(func(t *cards.Typed) { t.Number = "4000000000009995" }), decline: "insufficient_funds"},
		"another number":     {typed: with(func(t *cards.Typed) { t.Number = "4111111111111111" }), mistake: "incorrect_number"},
		"no number":          {typed: with(func(t *cards.Typed) { t.Number = "" }), mistake: "incorrect_number"},
		"letters":            {typed: with(func(t *cards.Typed) { t.Number = "4242424242424242x" }), mistake: "incorrect_number"},
		"no month":           {typed: with(func(t *cards.Typed) { t.ExpMonth = "" }), mistake: "invalid_expiry_month"},
		"month 13":           {typed: with(func(t *cards.Typed) { t.ExpMonth = "13" }), mistake: "invalid_expiry_month"},
		"last month":         {typed: with(func(t *cards.Typed) { t.ExpMonth, t.ExpYear = "6", "26" }), mistake: "invalid_expiry_month"},
		"last year":          {typed: with(func(t *cards.Typed) { t.ExpYear = "2025" }), mistake: "invalid_expiry_year"},
		"far away":           {typed: with(func(t *cards.Typed) { t.ExpYear = "2099" }), mistake: "invalid_expiry_year"},
		"a negative year":    {typed: with(func(t *cards.Typed) { t.ExpYear = "-1" }), mistake: "invalid_expiry_year"},
		"a short code":       {typed: with(func(t *cards.Typed) { t.CVC = "12" }), mistake: "invalid_cvc"},
		"a code of letters":  {typed: with(func(t *cards.Typed) { t.CVC = "abc" }), mistake: "invalid_cvc"},
		"a code with a dash": {typed: with(func(t *cards.Typed) { t.CVC = "1-2" }), mistake: "invalid_cvc"},
	} {
		t.Run(name, func(t *testing.T) {
			judged, mistake := cards.Judge(c.typed, now)
			if c.mistake != "" {
				require.NotNil(t, mistake)
				require.Equal(t, c.mistake, mistake.Code)
				return
			}
			require.Nil(t, mistake)
			if c.decline == "" {
				require.Nil(t, judged.Declined)
				return
			}
			require.Equal(t, "card_declined", judged.Declined.Code)
			require.Equal(t, c.decline, judged.Declined.DeclineCode)
		})
	}
}
