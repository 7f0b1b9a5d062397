package faults_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/deploy/fakes/stripe/control"
	"github.com/mintfax/mintfax/deploy/stack"
	"github.com/mintfax/mintfax/deploy/tests/load"
	"github.com/mintfax/mintfax/shared/crashpoint"
)

// campaign is the traffic under which processes are killed.
var campaign = load.Rates{Faxes: 20, Purchases: 2, Reads: 20}

// crashSite is a crash point in a service.
type crashSite struct {
	service string
	point   crashpoint.Point
}

// arm has the next process that comes by die.
func (p crashSite) arm(t *testing.T) {
	t.Helper()
	require.NoError(t, os.WriteFile(p.file(), nil, 0o600))
	t.Cleanup(func() { _ = os.Remove(p.file()) }) // of one that was not reached
}

func (p crashSite) file() string { return filepath.Join(crashDir, p.service, string(p.point)) }

// awaitCrash waits until a process has died there.
func (p crashSite) awaitCrash(t *testing.T) {
	t.Helper()
	require.Eventually(t, func() bool { _, err := os.Stat(p.file()); return os.IsNotExist(err) },
		90*time.Second, 10*time.Millisecond, "%s never came by %s", p.service, p.point)
}

// prerequisites is what has to crash before the point is reached: it undoes what a crash left.
func (p crashSite) prerequisites() []crashSite {
	switch p.point {
	case crashpoint.AbandonMarked, crashpoint.AbandonVoided, crashpoint.VoidBeforeCommit, crashpoint.VoidCommitted:
		return []crashSite{{stack.FaxDispatch, crashpoint.SubmissionHeld}}
	default:
		return nil
	}
}

func kill(t *testing.T, at crashSite) {
	t.Helper()
	for _, before := range at.prerequisites() {
		before.arm(t)
		before.awaitCrash(t)
	}
	at.arm(t)
	at.awaitCrash(t)
	awaitReady(t)
}

func TestNothingAcceptedIsLostWhenEachServiceDiesAtItsWorst(t *testing.T) {
	at := []crashSite{
		{stack.Gateway, crashpoint.SubmissionTold},
		{stack.Auth, crashpoint.AccountCommitted},
		{stack.Billing, crashpoint.ActivationBeforeCommit},
		{stack.Billing, crashpoint.ActivationCommitted},
		{stack.Wallet, crashpoint.HoldCommitted},
		{stack.Wallet, crashpoint.SettlementCommitted},
		{stack.FaxDispatch, crashpoint.OutboxPublished},
		{stack.FaxDispatch, crashpoint.AttemptPlaced},
	}
	underTraffic(t, campaign, func(*load.Traffic) {
		for _, p := range at {
			kill(t, p)
		}
	})
}

func TestWithAllWebhooksDroppedTheSweepFinishesWhatACrashInterrupted(t *testing.T) {
	sweepFinishes(t, crashpoint.ActivationPaid)
}

// sweepFinishes kills billing in the middle of an activation that only the sweep can have begun.
func sweepFinishes(t *testing.T, at crashpoint.Point) {
	t.Helper()
	require.NoError(t, stripe().SetDelivery(t.Context(), control.Drop, 0))
	defer func() { require.NoError(t, stripe().SetDelivery(t.Context(), control.Deliver, 0)) }()
	customer := newCustomer(t)
	crashSite{stack.Billing, at}.arm(t)
	began := time.Now()
	customer.pay(t)
	crashSite{stack.Billing, at}.awaitCrash(t)
	activated, effects := customer.effects(t)
	require.True(t, effects == 0 && !activated || effects == 3 && activated, "half of an activation is there: %d effects, activated %v", effects, activated)
	require.Eventually(t, func() bool { activated, effects := customer.effects(t); return activated && effects == 3 },
		3*time.Minute, 50*time.Millisecond)
	t.Logf("%s: finished %s after the payment", at, time.Since(began).Round(100*time.Millisecond))
}
