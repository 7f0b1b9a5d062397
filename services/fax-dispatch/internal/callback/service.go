package callback

import (
	"context"
	"errors"
	"fmt"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/carrier"
	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/ids"
)

// Service passes what carriers tell on to the dispatcher.
type Service struct {
	receivers map[string]carrier.Receiver
	report    func(ctx context.Context, carrier, attemptID string, report carrier.Report) error
}

// New returns a service for the carriers that tell anything.
func New(carriers map[string]carrier.Carrier, report func(ctx context.Context, carrier, attemptID string, report carrier.Report) error) *Service {
	s := &Service{receivers: map[string]carrier.Receiver{}, report: report}
	for name, c := range carriers {
		if receiver, ok := c.(carrier.Receiver); ok {
			s.receivers[name] = receiver
		}
	}
	return s
}

// Receive answers contract.ReceiveCarrier once what it says is written down. It may come any number of times and in any
// order. Refusals: not_found for a carrier that is not configured; malformed_request for what does not come from it.
func (s *Service) Receive(ctx context.Context, d contract.CarrierDelivery) (contract.None, error) {
	receiver, known := s.receivers[d.Carrier]
	if !known {
		return contract.None{}, apierror.New(apierror.NotFound)
	}
	news, err := receiver.Receive(ctx, carrier.Delivery{Body: d.Body, Headers: d.Headers, Secret: d.Secret})
	if errors.Is(err, carrier.ErrForged) {
		return contract.None{}, apierror.Wrap(apierror.MalformedRequest, err)
	}
	if err != nil {
		return contract.None{}, fmt.Errorf("what %s tells: %w", d.Carrier, err)
	}
	if !ids.Valid(ids.Attempt, news.AttemptID) {
		return contract.None{}, nil // of a fax that somebody else sends by the same account
	}
	return contract.None{}, s.report(ctx, d.Carrier, news.AttemptID, news.Report)
}
