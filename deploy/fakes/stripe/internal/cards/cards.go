package cards

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"
	"time"

	"github.com/mintfax/mintfax/deploy/fakes/stripe/internal/object"
	"github.com/mintfax/mintfax/deploy/fakes/stripe/internal/refusal"
)

const authenticationRequired = "authentication_required"

// Typed is what a person typed into the form.
type Typed struct {
	Number   string
	ExpMonth string
	ExpYear  string // of two or four digits
	CVC      string
	// Answer is what the holder told the bank, one of the constants; empty before the bank has asked.
	Answer string
}

// What the holder of a card tells a bank that asks.
const (
	Confirmed = "confirmed"
	Refused   = "refused"
)

// TestCard is a number that Stripe's test mode knows.
type TestCard struct {
	Number  string
	Brand   string
	Effect  string // for people
	decline string // the decline code, empty for a card that pays
	message string
	later   bool // it declines only when it is charged off-session
	slow    bool // it takes refunds, but not at once
	asks    bool // its bank asks the holder at the page (3-D Secure)
}

// All returns the test cards.
func All() []TestCard {
	return []TestCard{
		{Number: "4242424242424242", Brand: "visa", Effect: "pays"},
		{Number: "5555555555554444", Brand: "mastercard", Effect: "pays"},
		{
			Number: "4000000000000002", Brand: "visa", Effect: "is declined",
			decline: "generic_decline", message: "Your card was declined.",
		},
		{
			Number: "4000000000009995", Brand: "visa", Effect: "is declined: insufficient funds",
			decline: "insufficient_funds", message: "Your card has insufficient funds.",
		},
		{
			Number: "4000002500003155", Brand: "visa", Effect: "pays here, later wants its holder to be asked", later: true,
			decline: authenticationRequired, message: "Your card was declined. This transaction requires authentication.",
		},
		{
			Number: "4000000000003220", Brand: "visa", Effect: "asks its holder (3-D Secure), then pays", later: true, asks: true,
			decline: authenticationRequired, message: "Your card was declined. This transaction requires authentication.",
		},
		{
			Number: "4000000000000341", Brand: "visa", Effect: "pays here, later is declined", later: true,
			decline: "generic_decline", message: "Your card was declined.",
		},
		{Number: "4000000000007726", Brand: "visa", Effect: "pays; a refund to it stays pending", slow: true},
	}
}

// Judged is a card that was understood. Declined is nil when it pays. Asked says that its bank waits for
// the holder's answer first.
type Judged struct {
	Card     object.Card
	Declined *refusal.Error
	Asked    bool
}

// Judge says what becomes of a card. Its error, for what no bank would be asked about, is a mistake
// in what was typed.
func Judge(typed Typed, now time.Time) (Judged, *refusal.Error) {
	number := digits(typed.Number)
	card, known := find(number)
	if !known {
		return Judged{}, refusal.CardProblem("incorrect_number", "", "number", "Your card number is incorrect.")
	}
	month, year, problem := expiry(typed, now)
	if problem != nil {
		return Judged{}, problem
	}
	if cvc := strings.TrimSpace(typed.CVC); len(cvc) != 3 || digits(cvc) != cvc {
		return Judged{}, refusal.CardProblem("invalid_cvc", "", "cvc", "Your card's security code is invalid.")
	}
	judged := Judged{Card: shown(card, month, year)}
	if card.decline != "" && !card.later {
		judged.Declined = card.refused()
	}
	if card.asks && typed.Answer == Refused {
		judged.Declined = refusal.CardProblem("payment_intent_authentication_failure", "", "",
			"We are unable to authenticate your payment method. Please choose a different payment method and try again.")
	}
	judged.Asked = card.asks && typed.Answer != Refused && typed.Answer != Confirmed
	return judged, nil
}

// OffSession says why a saved card cannot be charged while its holder is away, nil when it can.
//
// With Stripe, 4000002500003155 pays off-session once its holder has authenticated while it was saved.
// The Checkout here never asks for that, so it counts as a card that was saved without.
func OffSession(method *object.PaymentMethod) *refusal.Error {
	if method.Card == nil {
		return nil
	}
	for _, card := range All() {
		if card.decline != "" && fingerprint(card.Number) == method.Card.Fingerprint {
			return card.refused()
		}
	}
	return nil
}

// RefundsLate reports whether a refund to the card with this fingerprint is pending at first.
func RefundsLate(ofCard string) bool {
	for _, card := range All() {
		if card.slow && fingerprint(card.Number) == ofCard {
			return true
		}
	}
	return false
}

// refused is the decline of a card. A bank that wants to ask the holder says so in both codes.
func (c TestCard) refused() *refusal.Error {
	code := "card_declined"
	if c.decline == authenticationRequired {
		code = authenticationRequired
	}
	return refusal.CardProblem(code, c.decline, "", c.message)
}

func find(number string) (TestCard, bool) {
	for _, card := range All() {
		if card.Number == number {
			return card, true
		}
	}
	return TestCard{}, false
}

// digits leaves out the spaces and dashes that people type between groups.
func digits(text string) string {
	text = strings.NewReplacer(" ", "", "-", "").Replace(text)
	if strings.Trim(text, "0123456789") != "" {
		return ""
	}
	return text
}

// expiry takes a card as good until the end of its month.
func expiry(typed Typed, now time.Time) (month, year int, problem *refusal.Error) {
	month, err := strconv.Atoi(strings.TrimSpace(typed.ExpMonth))
	if err != nil || month < 1 || month > 12 {
		return 0, 0, refusal.CardProblem("invalid_expiry_month", "", "exp_month", "Your card's expiration month is invalid.")
	}
	text := strings.TrimSpace(typed.ExpYear)
	year, err = strconv.Atoi(text)
	if len(text) == 2 {
		year += now.Year() / 100 * 100
	}
	if err != nil || (len(text) != 2 && len(text) != 4) || year < now.Year() || year > now.Year()+50 {
		return 0, 0, refusal.CardProblem("invalid_expiry_year", "", "exp_year", "Your card's expiration year is invalid.")
	}
	if year == now.Year() && month < int(now.Month()) {
		return 0, 0, refusal.CardProblem("invalid_expiry_month", "", "exp_month", "Your card's expiration month is invalid.")
	}
	return month, year, nil
}

func shown(card TestCard, month, year int) object.Card {
	return object.Card{
		Brand: card.Brand, DisplayBrand: card.Brand, Country: "US", Funding: "credit",
		Checks:   object.Checks{CVCCheck: "pass"},
		ExpMonth: int64(month), ExpYear: int64(year),
		Fingerprint:       fingerprint(card.Number),
		Last4:             card.Number[len(card.Number)-4:],
		Networks:          object.Networks{Available: []string{card.Brand}},
		ThreeDSecureUsage: object.ThreeDSecureUsage{Supported: true},
	}
}

func fingerprint(number string) string {
	sum := sha256.Sum256([]byte(number))
	return hex.EncodeToString(sum[:8])
}
