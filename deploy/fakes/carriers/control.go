package carriers

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
)

// Control reaches the controls of fakes that run as a program.
type Control struct{ URL string }

// SetFaults sets what goes wrong from now on.
func (c Control) SetFaults(ctx context.Context, faults Faults) error {
	body, err := json.Marshal(faults)
	if err != nil {
		return err
	}
	return c.do(ctx, http.MethodPut, "/control/faults", body, nil)
}

// Calls returns every call that was placed.
func (c Control) Calls(ctx context.Context) (calls []Call, err error) {
	err = c.do(ctx, http.MethodGet, "/control/calls", nil, &calls)
	return calls, err
}

func (c Control) do(ctx context.Context, method, path string, body []byte, into any) error {
	request, err := http.NewRequestWithContext(ctx, method, c.URL+path, bytes.NewReader(body))
	if err != nil {
		return err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s %s: %s", method, path, response.Status)
	}
	if into == nil {
		return nil
	}
	return json.NewDecoder(response.Body).Decode(into)
}
