//go:build long

package hostile_test

import (
	"testing"

	"github.com/mintfax/mintfax/deploy/hostile"
)

func TestWhatNobodyShouldSendIsRefusedByEveryWay(t *testing.T) {
	for _, way := range ways(t) {
		t.Run(way.Name, func(t *testing.T) { attack(t, chosen(func(hostile.Case) bool { return true }), way) })
	}
}
