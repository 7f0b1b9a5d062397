package shape_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/deploy/fakes/stripe/control"
	"github.com/mintfax/mintfax/deploy/fakes/stripe/shape"
)

func TestOnlyWhatStripeDescribesPasses(t *testing.T) {
	validator, err := shape.New()
	require.NoError(t, err)
	for name, c := range map[string]struct {
		method, path, params string
		good                 bool
	}{
		"a refund":                     {http.MethodPost, "/v1/refunds", "charge=ch_1&amount=100&metadata[a]=b", true},
		"an unknown parameter":         {http.MethodPost, "/v1/refunds", "charge=ch_1&colour=red", false},
		"an unknown nested parameter":  {http.MethodPost, "/v1/customers", "invoice_settings[colour]=red", false},
		"one deeper":                   {http.MethodPost, "/v1/checkout/sessions", "line_items[0][price_data][currency]=usd&line_items[0][price_data][colour]=red", false},
		"a line item":                  {http.MethodPost, "/v1/checkout/sessions", "line_items[0][price_data][currency]=usd&line_items[0][quantity]=1", true},
		"an amount that is no number":  {http.MethodPost, "/v1/refunds", "charge=ch_1&amount=some", false},
		"an unknown word":              {http.MethodPost, "/v1/refunds", "charge=ch_1&reason=regret", false},
		"a missing parameter":          {http.MethodPost, "/v1/payment_intents", "currency=usd", false},
		"an address that is not there": {http.MethodPost, "/v1/repayments", "charge=ch_1", false},
		"a list":                       {http.MethodGet, "/v1/events", "delivery_success=false&created[gte]=1&limit=100&types[0]=charge.refunded", true},
		"a list by what is not there":  {http.MethodGet, "/v1/events", "colour=red", false},
		"a bound that is no time":      {http.MethodGet, "/v1/events", "created[gte]=yesterday", false},
		"a wrong method":               {http.MethodDelete, "/v1/refunds", "", false},
	} {
		t.Run(name, func(t *testing.T) {
			err := validator.Check(t.Context(), control.Request{Method: c.method, Path: c.path, Params: c.params})
			require.Equal(t, c.good, err == nil, "%v", err)
		})
	}
}
