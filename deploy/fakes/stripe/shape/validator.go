package shape

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/stripe/stripe-mock/embedded"
	"github.com/stripe/stripe-mock/server"

	"github.com/mintfax/mintfax/deploy/fakes/stripe/control"
)

// Version is the version of Stripe's API that requests are held to.
const Version = "2023-10-16"

// Validator knows what Stripe's API takes.
type Validator struct{ mock *server.StubServer }

// New returns a validator. Reading the description takes about a second.
func New() (*Validator, error) {
	described, err := server.LoadSpec(embedded.OpenAPISpec, "")
	if err != nil {
		return nil, err
	}
	if described.Info.Version != Version {
		return nil, fmt.Errorf("stripe-mock describes Stripe's API %s and not %s", described.Info.Version, Version)
	}
	closeAll(described)
	fixtures, err := server.LoadFixtures(embedded.OpenAPIFixtures, "")
	if err != nil {
		return nil, err
	}
	mock, err := server.NewStubServer(fixtures, described, true, false)
	return &Validator{mock: mock}, err
}

// Check is an error for a request to an address that Stripe does not have, or with a parameter that is
// unknown there, missing, or of another type.
func (v *Validator) Check(ctx context.Context, asked control.Request) error {
	target, body := asked.Path, ""
	if asked.Method == http.MethodPost {
		body = asked.Params
	} else if asked.Params != "" {
		target += "?" + asked.Params
	}
	request := httptest.NewRequestWithContext(ctx, asked.Method, target, strings.NewReader(body))
	request.Header.Set("Authorization", "Bearer sk_test_123") // the form is all that is looked at
	request.Header.Set("Stripe-Version", Version)
	if asked.Method == http.MethodPost {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	answer := httptest.NewRecorder()
	v.mock.HandleRequest(answer, request)
	if answer.Code != http.StatusOK {
		return fmt.Errorf("stripe would refuse %s %s with %q: %d %s", asked.Method, asked.Path, asked.Params, answer.Code,
			strings.Join(strings.Fields(answer.Body.String()), " "))
	}
	return nil
}
