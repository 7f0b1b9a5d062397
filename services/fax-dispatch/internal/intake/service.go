package intake

import (
	"context"
	"log/slog"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/carrier"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/settings"
	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/documents"
)

// Service accepts faxes.
type Service struct {
	Store     Store
	Settings  *settings.Service
	Wallet    Wallet
	Documents *documents.Store
	Renderer  *render.Renderer
	Routes    carrier.Routes
	Rates     Rates
	Limits    Limits
	Accepting chan struct{} // its capacity bounds how many faxes are accepted at once: more would only wait for each other
	Wake      func()        // wakes the relay of the outbox
	Log       *slog.Logger
}

// Wallet places and undoes holds.
type Wallet struct {
	Hold func(context.Context, contract.PlaceHoldRequest) (contract.Hold, error)
	Void func(context.Context, contract.VoidHoldRequest) (contract.None, error)
}
