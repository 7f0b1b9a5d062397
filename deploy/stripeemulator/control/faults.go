package control

// Fault lets the next requests to the API go wrong. Times is at least 1; one of Status, LagMS and Cut
// says how.
type Fault struct {
	Method string `json:"method,omitempty"` // empty means any
	Path   string `json:"path"`             // a prefix, as /v1/checkout/sessions
	Times  int    `json:"times"`
	Status int    `json:"status,omitempty"` // answered instead, 400 to 599
	LagMS  int64  `json:"lag_ms,omitempty"` // milliseconds to wait before the request is done
	Cut    bool   `json:"cut,omitempty"`    // the connection ends without an answer
	// AfterEffect does the request first, so that Status or Cut only loses the answer.
	AfterEffect bool `json:"after_effect,omitempty"`
}
