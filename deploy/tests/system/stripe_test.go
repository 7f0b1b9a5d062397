package system_test

import (
	"context"

	"github.com/mintfax/mintfax/deploy/fakes/stripe/control"
	"github.com/mintfax/mintfax/deploy/fakes/stripe/shape"
)

// refusedByStripe validates all of billing's requests to the emulator against Stripe's API.
func refusedByStripe(ctx context.Context) []string {
	judge, err := shape.New()
	if err != nil {
		return []string{err.Error()}
	}
	asked, err := control.New(instance.Env()["STRIPE_API_URL"]).LatestRequests(ctx)
	if err != nil {
		return []string{err.Error()}
	}
	if len(asked) == 0 {
		return []string{"billing has asked Stripe nothing"}
	}
	var refused []string
	for _, request := range asked {
		if err := judge.Check(ctx, request); err != nil {
			refused = append(refused, err.Error())
		}
	}
	return refused
}
