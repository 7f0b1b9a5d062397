//go:build long

package faults_test

import (
	"testing"
	"time"
)

// recoveryTimeout is how long mintfax may take to serve again once a server accepts connections.
const recoveryTimeout = 10 * time.Second

func TestTheBrokerMayDieForTenSecondsAndForAMinute(t *testing.T) {
	brokerDies(t, 10*time.Second)
	brokerDies(t, time.Minute)
}

func TestTheBrokerMayBeUnreachableForThirtySeconds(t *testing.T) {
	brokerIsSwallowed(t, 30*time.Second)
}

func TestTheDatabaseMayDieForTenSeconds(t *testing.T) { databaseDies(t, 10*time.Second) }

func TestConnectionsToTheDatabaseMayBreakForAMinute(t *testing.T) {
	databaseIsCut(t, random(t), time.Minute)
}

func TestRedisMayDieForTenSeconds(t *testing.T) { redisDies(t, 10*time.Second) }
