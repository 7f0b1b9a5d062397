//go:build long

package faults_test

import (
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/deploy/tests/load"
	"github.com/mintfax/mintfax/shared/crashpoint"
)

func TestNothingAcceptedIsLostWhenAServiceDiesAtAnyCrashPoint(t *testing.T) {
	var all []crashSite
	for _, service := range slices.Sorted(maps.Keys(crashpoint.Places())) {
		for _, point := range crashpoint.Places()[service] {
			all = append(all, crashSite{service, point})
		}
	}
	require.GreaterOrEqual(t, len(all), 25)
	random(t).Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	for _, at := range all {
		t.Run(at.service+" at "+string(at.point), func(t *testing.T) {
			underTraffic(t, campaign, func(*load.Traffic) { kill(t, at) })
		})
	}
}

func TestTheSweepFinishesWhateverPointOfTheActivationBillingDiedAt(t *testing.T) {
	for _, at := range []crashpoint.Point{
		crashpoint.SweepClaimed, crashpoint.SessionRead, crashpoint.ActivationLocked, crashpoint.ActivationPaid,
		crashpoint.ActivationCredited, crashpoint.ActivationSet, crashpoint.ActivationBeforeCommit, crashpoint.ActivationCommitted,
	} {
		t.Run(string(at), func(t *testing.T) { sweepFinishes(t, at) })
	}
}
