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

// Fulfiller brings checkouts to their end. The webhook, the success page and the sweep all call it.
type Service struct {
	store   Store
	stripe  *stripe.Client
	alarm   *stripe.Alarm
	onPaid  func(ctx context.Context, intentID string)
	results *prometheus.CounterVec
}

// New returns a fulfiller. onPaid is called after a commit that recorded a payment and left messages in the
// outbox.
func New(store Store, client *stripe.Client, alarm *stripe.Alarm, onPaid func(ctx context.Context, intentID string), metrics prometheus.Registerer) *Service {
	results := prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "mintfax_billing_fulfilments_total", Help: "Checkouts looked at to be fulfilled, by result.",
	}, []string{"result"})
	metrics.MustRegister(results)
	return &Service{store: store, stripe: client, alarm: alarm, onPaid: onPaid, results: results}
}

// Fulfil does what the session is due, if that was not done before, and reports where its checkout
// stands. It may be called any number of times and at once. A session that we did not open is
// not_found; when Stripe cannot be asked it fails with service_unavailable. A session that differs from
// its checkout rings the alarm, changes nothing and leaves the checkout open.
func (s *Service) SettleCheckout(ctx context.Context, sessionID string) (contract.CheckoutOutcome, error) {
	result, err := s.settleCheckout(ctx, sessionID)
	if err != nil {
		s.results.WithLabelValues("error").Inc()
		return contract.CheckoutOutcome{}, err
	}
	s.results.WithLabelValues(string(result)).Inc()
	return s.outcome(ctx, sessionID)
}

// returnPause is how long Stripe is not asked again about a session because of the success page. Anybody can ask for that
// page, and Stripe limits what we ask. The webhook and the sweep do not wait for it.
const returnPause = 5 * time.Second

// FulfilCheckout is Fulfil as the success page asks for it: at most once in five seconds for a session. In between it
// reports where the checkout stands.
func (s *Service) FulfilCheckout(ctx context.Context, r contract.FulfilCheckoutRequest) (contract.CheckoutOutcome, error) {
	if !plausible(r.SessionID) {
		return contract.CheckoutOutcome{}, apierror.New(apierror.NotFound)
	}
	due, err := s.store.claimReturn(ctx, r.SessionID, returnPause)
	if err != nil {
		return contract.CheckoutOutcome{}, err
	}
	if due {
		return s.SettleCheckout(ctx, r.SessionID)
	}
	return s.outcome(ctx, r.SessionID)
}

func (s *Service) settleCheckout(ctx context.Context, sessionID string) (verdict, error) {
	if !plausible(sessionID) {
		return "", apierror.New(apierror.NotFound)
	}
	row, found, err := s.store.find(ctx, sessionID)
	if err != nil {
		return "", err
	}
	if !found {
		return "", apierror.New(apierror.NotFound)
	}
	if row.State != stateOpen {
		return settled, nil
	}
	session, err := s.stripe.GetSession(ctx, sessionID) // before the transaction: no lock waits for Stripe
	if errors.Is(err, stripe.ErrMissing) || errors.Is(err, stripe.ErrRefused) {
		s.ring(ctx, row, []slog.Attr{slog.Any("error", err)})
		return refused, s.store.noteChecked(ctx, sessionID)
	}
	if err != nil {
		return "", err
	}
	crashpoint.Here(crashpoint.SessionRead)
	j, err := s.store.settle(ctx, sessionID, session, s.stripe.Livemode())
	if err != nil {
		return "", err
	}
	switch j.verdict {
	case paid:
		crashpoint.Here(crashpoint.ActivationCommitted)
		s.onPaid(ctx, session.Intent.ID)
		return paid, nil
	case refused:
		s.ring(ctx, row, j.differences)
		return refused, s.store.noteChecked(ctx, sessionID)
	case notYet:
		return notYet, s.store.noteChecked(ctx, sessionID)
	case awaited:
		return awaited, s.store.noteAwaited(ctx, sessionID)
	default:
		return j.verdict, nil
	}
}

func (s *Service) outcome(ctx context.Context, sessionID string) (contract.CheckoutOutcome, error) {
	row, found, err := s.store.find(ctx, sessionID)
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

func (s *Service) ring(ctx context.Context, row checkout, differences []slog.Attr) {
	attrs := []slog.Attr{
		slog.String("session_id", row.StripeSessionID), slog.String("checkout_id", row.ID), slog.String("account_id", row.AccountID),
	}
	s.alarm.Raise(ctx, stripe.CheckoutMismatch, append(attrs, differences...)...)
}

// plausible keeps what cannot be a session id away from the database and out of Stripe's paths.
func plausible(sessionID string) bool {
	return len(sessionID) <= 255 && regexp.MustCompile(`^cs_[A-Za-z0-9_]+$`).MatchString(sessionID)
}
