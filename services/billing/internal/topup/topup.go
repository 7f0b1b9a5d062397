package topup

import (
	"context"
	"errors"
	"log/slog"

	"github.com/mintfax/mintfax/services/billing/internal/purchase"
	"github.com/mintfax/mintfax/services/billing/internal/settlement"
	"github.com/mintfax/mintfax/services/billing/internal/stripe"
	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/contract"
)

// Service charges top-ups and keeps the settings of automatic ones.
type Service struct {
	store      Store
	stripe     *stripe.Client
	settlement *settlement.Service
	checkouts  *purchase.Checkouts
	catalogue  purchase.Catalogue
	log        *slog.Logger
}

// New returns a service that charges through client, settles through settlement and opens pages through checkouts.
func New(store Store, client *stripe.Client, settlement *settlement.Service, checkouts *purchase.Checkouts, catalogue purchase.Catalogue, log *slog.Logger) *Service {
	return &Service{store: store, stripe: client, settlement: settlement, checkouts: checkouts, catalogue: catalogue, log: log}
}

// Create charges the saved card of an account for a package and returns the payment, which activates an account that is
// not active yet. Its errors are those of contract.CreateTopUp.
func (s *Service) Create(ctx context.Context, r contract.CreateTopUpRequest) (contract.Payment, error) {
	chosen, err := s.catalogue.Choose(r.PackageID)
	if err != nil {
		return contract.Payment{}, err
	}
	begun, repeated, err := s.store.begin(ctx, r, chosen, s.stripe.Livemode())
	if errors.Is(err, errNoCard) {
		return contract.Payment{}, declined(contract.NoCard)
	}
	if err != nil {
		return contract.Payment{}, err
	}
	run := s.charge
	if repeated {
		run = s.resume
	}
	outcome, err := run(ctx, begun)
	if err != nil {
		return contract.Payment{}, err
	}
	return s.answer(ctx, r, outcome)
}

// answer turns the outcome into a payment or an error.
func (s *Service) answer(ctx context.Context, r contract.CreateTopUpRequest, outcome settlement.TopUpOutcome) (contract.Payment, error) {
	switch {
	case outcome.Payment != nil:
		return *outcome.Payment, nil
	case outcome.State == settlement.TopUpDeclined:
		return contract.Payment{}, declined(outcome.DeclineCode)
	case outcome.State == settlement.TopUpRequiresAction:
		return contract.Payment{}, s.withCheckout(ctx, r, outcome)
	default:
		return contract.Payment{}, apierror.Wrap(apierror.ServiceUnavailable, errors.New("the charge is still in progress"))
	}
}

// withCheckout returns payment_declined with the URL of a page on which the cardholder can pay for the same package and
// authenticate. If no page can be opened, the error has no URL.
func (s *Service) withCheckout(ctx context.Context, r contract.CreateTopUpRequest, outcome settlement.TopUpOutcome) error {
	refusal := declined(outcome.DeclineCode)
	page, err := s.checkouts.OpenPayment(ctx, contract.CreateCheckoutRequest{
		AccountID: r.AccountID, Name: r.Name, Email: r.Email, PackageID: r.PackageID,
	})
	if err != nil {
		s.log.WarnContext(ctx, "no page could be opened for a top-up that requires authentication", "account_id", r.AccountID, "error", err)
		return refusal
	}
	return refusal.With("checkout_url", page.URL)
}

// declined returns payment_declined with a decline code. Codes that say a card was reported lost, stolen or fraudulent
// are replaced: they would help a thief (https://docs.stripe.com/declines/codes).
func declined(code string) *apierror.Error {
	switch code {
	case "fraudulent", "lost_card", "merchant_blacklist", "pickup_card", "restricted_card", "stolen_card":
		code = "generic_decline"
	}
	return apierror.New(apierror.PaymentDeclined).With("decline_code", code)
}
