package purchase

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"github.com/mintfax/mintfax/services/billing/internal/stripe"
	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/crashpoint"
	"github.com/mintfax/mintfax/shared/ids"
)

// Checkouts opens Checkout pages.
type Checkouts struct {
	store     Store
	stripe    *stripe.Client
	catalogue Catalogue
	methods   []string
	publicURL string
	log       *slog.Logger
}

// NewCheckouts returns a service whose pages offer methods, which are Stripe payment method types, and return to
// publicURL, which has no trailing slash.
func NewCheckouts(store Store, client *stripe.Client, catalogue Catalogue, methods []string, publicURL string, log *slog.Logger) *Checkouts {
	return &Checkouts{store: store, stripe: client, catalogue: catalogue, methods: methods, publicURL: publicURL, log: log}
}

// Packages lists the packages for sale.
func (s *Checkouts) Packages(context.Context, contract.None) (contract.List[contract.CreditPackage], error) {
	return contract.List[contract.CreditPackage]{Data: s.catalogue.List()}, nil
}

// OpenPayment opens a page that collects a card and charges for a package. Errors: validation_failed on package_id,
// checkout_not_available when Stripe refuses, service_unavailable when it does not answer.
func (s *Checkouts) OpenPayment(ctx context.Context, r contract.CreateCheckoutRequest) (contract.HostedSession, error) {
	chosen, err := s.catalogue.Choose(r.PackageID)
	if err != nil {
		return contract.HostedSession{}, err
	}
	return s.open(ctx, stripe.Customer{AccountID: r.AccountID, Name: r.Name, Email: r.Email}, &chosen)
}

// OpenSetup opens a page that saves a card and charges nothing. Errors are those of OpenPayment.
func (s *Checkouts) OpenSetup(ctx context.Context, r contract.CreateSetupRequest) (contract.HostedSession, error) {
	return s.open(ctx, stripe.Customer{AccountID: r.AccountID, Name: r.Name, Email: r.Email}, nil)
}

// open writes our row before it asks Stripe, so that no page exists without recorded terms. If the answer is lost,
// no client has the page's URL, and the row expires.
func (s *Checkouts) open(ctx context.Context, customer stripe.Customer, chosen *contract.CreditPackage) (contract.HostedSession, error) {
	customerID, err := s.ensureCustomer(ctx, customer)
	if err != nil {
		return contract.HostedSession{}, s.refusal(ctx, customer.AccountID, err)
	}
	order := stripe.Order{
		CheckoutID: ids.New(ids.Checkout), AccountID: customer.AccountID, CustomerID: customerID,
		SuccessURL: s.publicURL + "/checkout/return?session_id={CHECKOUT_SESSION_ID}",
		CancelURL:  s.publicURL + "/dashboard/activate?checkout=cancelled",
	}
	if err := s.store.create(ctx, order, chosen, s.stripe.Livemode()); err != nil {
		return contract.HostedSession{}, err
	}
	crashpoint.Here(crashpoint.CheckoutWritten)
	session, err := s.openSession(ctx, order, chosen)
	if err != nil {
		return contract.HostedSession{}, s.refusal(ctx, customer.AccountID, err)
	}
	crashpoint.Here(crashpoint.CheckoutOpened)
	if err := s.store.opened(ctx, order.CheckoutID, session); err != nil {
		return contract.HostedSession{}, err
	}
	return contract.HostedSession{ID: session.ID, URL: session.URL, ExpiresAt: session.ExpiresAt}, nil
}

func (s *Checkouts) openSession(ctx context.Context, order stripe.Order, chosen *contract.CreditPackage) (stripe.Session, error) {
	if chosen == nil {
		return s.stripe.OpenSetup(ctx, order)
	}
	order.Product = fmt.Sprintf("%s: %d fax credits", chosen.Name, chosen.Credits)
	order.Amount, order.Currency, order.Methods = chosen.Price, chosen.Currency, s.methods
	return s.stripe.OpenPayment(ctx, order)
}

// refusal logs why Stripe refused; the client learns only that it did.
func (s *Checkouts) refusal(ctx context.Context, accountID string, err error) error {
	if !errors.Is(err, stripe.ErrRefused) && !errors.Is(err, stripe.ErrMissing) {
		return err
	}
	s.log.ErrorContext(ctx, "Stripe refused to open a checkout", "account_id", accountID, "error", err)
	return apierror.Wrap(apierror.CheckoutNotAvailable, err)
}
