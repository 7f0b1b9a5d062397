package settlement

import (
	"context"
	"errors"
	"log/slog"
	"regexp"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/mintfax/mintfax/services/billing/internal/stripe"
	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/crashpoint"
)

// Service settles checkouts and top-ups for the webhook, the success page, the sweep and topup.
type Service struct {
	store   Store
	stripe  *stripe.Client
	alarm   *stripe.Alarm
	onPaid  func(ctx context.Context, intentID string)
	results *prometheus.CounterVec
}

// New returns a service that calls onPaid after each commit that recorded a payment and left messages in the outbox.
func New(store Store, client *stripe.Client, alarm *stripe.Alarm, onPaid func(ctx context.Context, intentID string), metrics prometheus.Registerer) *Service {
	results := prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "mintfax_billing_fulfilments_total", Help: "Attempts to settle a checkout or a top-up, by result.",
	}, []string{"result"})
	metrics.MustRegister(results)
	return &Service{store: store, stripe: client, alarm: alarm, onPaid: onPaid, results: results}
}

// SettleCheckout applies what follows from a session, unless that was done before, and returns the state of its
// checkout. It is idempotent and safe for concurrent use. A session that we did not open is not_found; when Stripe
// does not answer the error is service_unavailable. A session that differs from its checkout raises the alarm,
// changes nothing and leaves the checkout open.
func (s *Service) SettleCheckout(ctx context.Context, sessionID string) (contract.CheckoutOutcome, error) {
	result, err := s.settle(ctx, sessionID)
	if err != nil {
		s.results.WithLabelValues("error").Inc()
		return contract.CheckoutOutcome{}, err
	}
	s.results.WithLabelValues(string(result)).Inc()
	return s.outcome(ctx, sessionID)
}

// returnInterval limits how often the success page makes us query Stripe about one session: anyone can request that
// page, and Stripe limits our requests. The webhook and the sweep are not subject to it.
const returnInterval = 5 * time.Second

// FulfilCheckout is SettleCheckout for the success page. It asks Stripe at most once in five seconds about a session
// and otherwise returns the checkout's state as recorded.
func (s *Service) FulfilCheckout(ctx context.Context, r contract.FulfilCheckoutRequest) (contract.CheckoutOutcome, error) {
	if !validSessionID(r.SessionID) {
		return contract.CheckoutOutcome{}, apierror.New(apierror.NotFound)
	}
	due, err := s.store.claimReturn(ctx, r.SessionID, returnInterval)
	if err != nil {
		return contract.CheckoutOutcome{}, err
	}
	if due {
		return s.SettleCheckout(ctx, r.SessionID)
	}
	return s.outcome(ctx, r.SessionID)
}

// settle reads the session from Stripe, unless the checkout is settled already, and applies it.
func (s *Service) settle(ctx context.Context, sessionID string) (verdict, error) {
	if !validSessionID(sessionID) {
		return "", apierror.New(apierror.NotFound)
	}
	row, found, err := s.store.findCheckout(ctx, sessionID)
	if err != nil {
		return "", err
	}
	if !found {
		return "", apierror.New(apierror.NotFound)
	}
	if row.State != stateOpen {
		return settled, nil
	}
	// The session is read before the transaction, so that no lock is held while Stripe answers.
	session, err := s.stripe.GetSession(ctx, sessionID)
	if errors.Is(err, stripe.ErrMissing) || errors.Is(err, stripe.ErrRefused) {
		s.raiseMismatch(ctx, row, []slog.Attr{slog.Any("error", err)})
		return mismatched, s.store.noteChecked(ctx, sessionID)
	}
	if err != nil {
		return "", err
	}
	crashpoint.Here(crashpoint.SessionRead)
	d, err := s.store.settleCheckout(ctx, sessionID, session, s.stripe.Livemode())
	if err != nil {
		return "", err
	}
	switch d.verdict {
	case paid:
		crashpoint.Here(crashpoint.ActivationCommitted)
		s.onPaid(ctx, session.Intent.ID)
		return paid, nil
	case mismatched:
		s.raiseMismatch(ctx, row, d.differences)
		return mismatched, s.store.noteChecked(ctx, sessionID)
	case pending:
		return pending, s.store.noteChecked(ctx, sessionID)
	case processing:
		return processing, s.store.noteProcessing(ctx, sessionID)
	default:
		return d.verdict, nil
	}
}

// outcome returns the state of a checkout as recorded.
func (s *Service) outcome(ctx context.Context, sessionID string) (contract.CheckoutOutcome, error) {
	row, found, err := s.store.findCheckout(ctx, sessionID)
	if err != nil {
		return contract.CheckoutOutcome{}, err
	}
	if !found {
		return contract.CheckoutOutcome{}, apierror.New(apierror.NotFound)
	}
	outcome := contract.CheckoutOutcome{
		AccountID: row.AccountID, State: contract.CheckoutState(row.State), Setup: row.Mode == stripe.ModeSetup,
	}
	if outcome.State == contract.CheckoutComplete && !outcome.Setup {
		outcome.Payment, err = s.store.paymentOfCheckout(ctx, row.ID)
	}
	return outcome, err
}

func (s *Service) raiseMismatch(ctx context.Context, row checkout, differences []slog.Attr) {
	attrs := []slog.Attr{
		slog.String("session_id", row.StripeSessionID), slog.String("checkout_id", row.ID), slog.String("account_id", row.AccountID),
	}
	s.alarm.Raise(ctx, stripe.CheckoutMismatch, append(attrs, differences...)...)
}

// validSessionID lets malformed ids be rejected before they reach the database or become part of a Stripe URL.
func validSessionID(sessionID string) bool {
	return len(sessionID) <= 255 && regexp.MustCompile(`^cs_[A-Za-z0-9_]+$`).MatchString(sessionID)
}
