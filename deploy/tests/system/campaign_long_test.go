//go:build long

package system_test

import "testing"

func TestThePaidEventsOfTwoHundredAccountsCountOnce(t *testing.T) { paidManyTimes(t, 200) }

func TestTwentyPoolsAreSpentToTheLastFaxAndNotBeyond(t *testing.T) { spendAtOnce(t, 20) }

func TestTwoHundredActivationsCountAtOnce(t *testing.T) { freshlyActivated(t, 200, 500) }

func TestThreeHundredRevocationsCountAtOnce(t *testing.T) { freshlyRevoked(t, 300, 1000) }

func TestFiveRollingRestartsLoseNoRequest(t *testing.T) { rollingRestart(t, 5) }
