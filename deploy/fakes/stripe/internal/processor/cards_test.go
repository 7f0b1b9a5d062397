package processor_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/deploy/fakes/stripe/internal/processor"
)

func TestCardsAreJudgedAsStripesTestCards(t *testing.T) {
	now := time.Date(2026, time.July, 31, 23, 59, 0, 0, time.UTC)
	good := processor.CardEntry{Number: "4242424242424242", ExpMonth: "12", ExpYear: "2034", CVC: "123"}
	with := func(change func(*processor.CardEntry)) processor.CardEntry {
		typed := good
		change(&typed)
		return typed
	}
	for name, c := range map[string]struct {
		typed   processor.CardEntry
		mistake string
		decline string
	}{
		"visa":               {typed: good},
		"mastercard":         {typed: with(func(t *processor.CardEntry) { t.Number = "5555555555554444" })},
		"in groups":          {typed: with(func(t *processor.CardEntry) { t.Number = " 4242 4242-4242 4242 " })},
		"a short year":       {typed: with(func(t *processor.CardEntry) { t.ExpYear = "34" })},
		"the last day":       {typed: with(func(t *processor.CardEntry) { t.ExpMonth, t.ExpYear = "07", "2026" })},
		"declined":           {typed: with(func(t *processor.CardEntry) { t.Number = "4000000000000002" }), decline: "generic_decline"},
		"insufficient funds": {typed: with(func(t *processor.CardEntry) { t.Number = "4000000000009995" }), decline: "insufficient_funds"},
		"another number":     {typed: with(func(t *processor.CardEntry) { t.Number = "4111111111111111" }), mistake: "incorrect_number"},
		"no number":          {typed: with(func(t *processor.CardEntry) { t.Number = "" }), mistake: "incorrect_number"},
		"letters":            {typed: with(func(t *processor.CardEntry) { t.Number = "4242424242424242x" }), mistake: "incorrect_number"},
		"no month":           {typed: with(func(t *processor.CardEntry) { t.ExpMonth = "" }), mistake: "invalid_expiry_month"},
		"month 13":           {typed: with(func(t *processor.CardEntry) { t.ExpMonth = "13" }), mistake: "invalid_expiry_month"},
		"last month":         {typed: with(func(t *processor.CardEntry) { t.ExpMonth, t.ExpYear = "6", "26" }), mistake: "invalid_expiry_month"},
		"last year":          {typed: with(func(t *processor.CardEntry) { t.ExpYear = "2025" }), mistake: "invalid_expiry_year"},
		"far away":           {typed: with(func(t *processor.CardEntry) { t.ExpYear = "2099" }), mistake: "invalid_expiry_year"},
		"a negative year":    {typed: with(func(t *processor.CardEntry) { t.ExpYear = "-1" }), mistake: "invalid_expiry_year"},
		"a short code":       {typed: with(func(t *processor.CardEntry) { t.CVC = "12" }), mistake: "invalid_cvc"},
		"a code of letters":  {typed: with(func(t *processor.CardEntry) { t.CVC = "abc" }), mistake: "invalid_cvc"},
		"a code with a dash": {typed: with(func(t *processor.CardEntry) { t.CVC = "1-2" }), mistake: "invalid_cvc"},
	} {
		t.Run(name, func(t *testing.T) {
			judged, mistake := processor.Authorize(c.typed, now)
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
