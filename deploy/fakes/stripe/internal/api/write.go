package api

import (
	"encoding/json"
	"net/http"

	"github.com/mintfax/mintfax/deploy/fakes/stripe/internal/processor"
)

func errorResponse(problem *processor.Error) Response {
	answer := encoded(problem.Status, problem.Envelope())
	answer.Forget = problem.Unread
	return answer
}

func encoded(status int, body any) Response {
	text, err := json.MarshalIndent(body, "", "  ")
	if err != nil { // nothing that cannot be encoded is ever kept
		return Response{Status: http.StatusInternalServerError}
	}
	return Response{Status: status, Body: append(text, '\n')}
}

func write(w http.ResponseWriter, r *http.Request, answer Response, requestID string) {
	if key := r.Header.Get("Idempotency-Key"); key != "" {
		w.Header().Set("Idempotency-Key", key)
	}
	if answer.Replayed {
		w.Header().Set("Idempotent-Replayed", "true")
		w.Header().Set("Original-Request", answer.RequestID)
	}
	writeBody(w, requestID, answer)
}

func writeBody(w http.ResponseWriter, requestID string, answer Response) {
	header := w.Header()
	header.Set("Content-Type", "application/json")
	header.Set("Cache-Control", "no-cache, no-store")
	header.Set("Request-Id", requestID)
	header.Set("Stripe-Version", processor.APIVersion)
	w.WriteHeader(answer.Status)
	_, _ = w.Write(answer.Body) // the caller has gone
}
