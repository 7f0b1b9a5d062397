package processor

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"
	"time"
)

const authenticationRequired = "authentication_required"

// CardEntry is the input of the card form.
type CardEntry struct {
	Number   string
	ExpMonth string
	ExpYear  string // of two or four digits
	CVC      string
	// Answer is the cardholder's answer to 3-D Secure, one of the constants; empty before it.
	Answer string
}

// The cardholder's answers to 3-D Secure.
const (
	AuthenticationConfirmed = "confirmed"
	AuthenticationRefused   = "refused"
)

// TestCard is a number that Stripe's test mode knows.
type TestCard struct {
	Number             string
	Brand              string
	Effect             string // shown on the page
	decline            string // the decline code, empty for a card that pays
	message            string
	declinesOffSession bool // it declines only when it is charged off-session
	refundsPending     bool // it takes refunds, but not at once
	threeDSecure       bool // its bank requires 3-D Secure at the page
}

// TestCards returns the test cards.
func TestCards() []TestCard {
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
			Number: "4000002500003155", Brand: "visa", Effect: "pays here, later wants its holder to be asked", declinesOffSession: true,
			decline: authenticationRequired, message: "Your card was declined. This transaction requires authentication.",
		},
		{
			Number: "4000000000003220", Brand: "visa", Effect: "asks its holder (3-D Secure), then pays", declinesOffSession: true, threeDSecure: true,
			decline: authenticationRequired, message: "Your card was declined. This transaction requires authentication.",
		},
		{
			Number: "4000000000000341", Brand: "visa", Effect: "pays here, later is declined", declinesOffSession: true,
			decline: "generic_decline", message: "Your card was declined.",
		},
		{Number: "4000000000007726", Brand: "visa", Effect: "pays; a refund to it stays pending", refundsPending: true},
	}
}

// Authorization is a card that was understood. Declined is nil when it pays. RequiresAction says that its bank waits for
// the holder's answer first.
type Authorization struct {
	Card           Card
	Declined       *Error
	RequiresAction bool
}

// Authorize decides what becomes of a card. Its error is a mistake
// in what was typed.
func Authorize(entry CardEntry, now time.Time) (Authorization, *Error) {
	number := digits(entry.Number)
	card, known := findTestCard(number)
	if !known {
		return Authorization{}, CardError("incorrect_number", "", "number", "Your card number is incorrect.")
	}
	month, year, problem := expiry(entry, now)
	if problem != nil {
		return Authorization{}, problem
	}
	if cvc := strings.TrimSpace(entry.CVC); len(cvc) != 3 || digits(cvc) != cvc {
		return Authorization{}, CardError("invalid_cvc", "", "cvc", "Your card's security code is invalid.")
	}
	authorization := Authorization{Card: cardObject(card, month, year)}
	if card.decline != "" && !card.declinesOffSession {
		authorization.Declined = card.declined()
	}
	if card.threeDSecure && entry.Answer == AuthenticationRefused {
		authorization.Declined = CardError("payment_intent_authentication_failure", "", "",
			"We are unable to authenticate your payment method. Please choose a different payment method and try again.")
	}
	authorization.RequiresAction = card.threeDSecure && entry.Answer != AuthenticationRefused && entry.Answer != AuthenticationConfirmed
	return authorization, nil
}

// DeclineOffSession says why a saved card cannot be charged while its holder is away, nil when it can.
//
// With Stripe, 4000002500003155 pays off-session once its holder has authenticated while it was saved.
// The Checkout here never asks for that, so it counts as a card that was saved without.
func DeclineOffSession(method *PaymentMethod) *Error {
	if method.Card == nil {
		return nil
	}
	for _, card := range TestCards() {
		if card.decline != "" && fingerprint(card.Number) == method.Card.Fingerprint {
			return card.declined()
		}
	}
	return nil
}

// RefundsPending reports whether a refund to the card with this fingerprint is pending at first.
func RefundsPending(ofCard string) bool {
	for _, card := range TestCards() {
		if card.refundsPending && fingerprint(card.Number) == ofCard {
			return true
		}
	}
	return false
}

// declined is the decline of a card. A bank that requires authentication says so in both codes.
func (c TestCard) declined() *Error {
	code := "card_declined"
	if c.decline == authenticationRequired {
		code = authenticationRequired
	}
	return CardError(code, c.decline, "", c.message)
}

func findTestCard(number string) (TestCard, bool) {
	for _, card := range TestCards() {
		if card.Number == number {
			return card, true
		}
	}
	return TestCard{}, false
}

// digits strips the spaces and dashes between groups.
func digits(text string) string {
	text = strings.NewReplacer(" ", "", "-", "").Replace(text)
	if strings.Trim(text, "0123456789") != "" {
		return ""
	}
	return text
}

// expiry takes a card as good until the end of its month.
func expiry(entry CardEntry, now time.Time) (month, year int, problem *Error) {
	month, err := strconv.Atoi(strings.TrimSpace(entry.ExpMonth))
	if err != nil || month < 1 || month > 12 {
		return 0, 0, CardError("invalid_expiry_month", "", "exp_month", "Your card's expiration month is invalid.")
	}
	text := strings.TrimSpace(entry.ExpYear)
	year, err = strconv.Atoi(text)
	if len(text) == 2 {
		year += now.Year() / 100 * 100
	}
	if err != nil || (len(text) != 2 && len(text) != 4) || year < now.Year() || year > now.Year()+50 {
		return 0, 0, CardError("invalid_expiry_year", "", "exp_year", "Your card's expiration year is invalid.")
	}
	if year == now.Year() && month < int(now.Month()) {
		return 0, 0, CardError("invalid_expiry_month", "", "exp_month", "Your card's expiration month is invalid.")
	}
	return month, year, nil
}

func cardObject(card TestCard, month, year int) Card {
	return Card{
		Brand: card.Brand, DisplayBrand: card.Brand, Country: "US", Funding: "credit",
		Checks:   Checks{CVCCheck: "pass"},
		ExpMonth: int64(month), ExpYear: int64(year),
		Fingerprint:       fingerprint(card.Number),
		Last4:             card.Number[len(card.Number)-4:],
		Networks:          Networks{Available: []string{card.Brand}},
		ThreeDSecureUsage: ThreeDSecureUsage{Supported: true},
	}
}

func fingerprint(number string) string {
	sum := sha256.Sum256([]byte(number))
	return hex.EncodeToString(sum[:8])
}
