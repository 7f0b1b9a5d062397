package api

import (
	"crypto/subtle"
	"errors"
	"io"
	"mime"
	"net/http"
	"strings"

	"github.com/mintfax/mintfax/deploy/fakes/stripe/internal/processor"
)

const maxBody = 1 << 20

// authenticate accepts the secret key as Bearer token or as the user of Basic authentication.
func (s *Server) authenticate(w http.ResponseWriter, r *http.Request) *processor.Error {
	key, _, basic := r.BasicAuth()
	if !basic {
		scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
		if strings.EqualFold(scheme, "Bearer") {
			key = strings.TrimSpace(token)
		}
	}
	if key != "" && subtle.ConstantTimeCompare([]byte(key), []byte(s.SecretKey)) == 1 {
		return checkVersion(r.Header.Get("Stripe-Version"))
	}
	w.Header().Set("WWW-Authenticate", `Basic realm="Stripe"`)
	if key == "" {
		return processor.RequestError(http.StatusUnauthorized, "", "You did not provide an API key. You need to provide your API key in the "+
			"Authorization header, using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY').")
	}
	return processor.RequestError(http.StatusUnauthorized, "", "Invalid API Key provided: %s", masked(key))
}

// masked shows as little of a key as lets its owner recognise it.
func masked(key string) string {
	const shown = 4
	if len(key) < 4*shown {
		return strings.Repeat("*", len(key))
	}
	return strings.Repeat("*", len(key)-shown) + key[len(key)-shown:]
}

func checkVersion(version string) *processor.Error {
	if version == "" || version == processor.APIVersion {
		return nil
	}
	return processor.RequestError(http.StatusBadRequest, "", "Invalid Stripe API version: %s; this emulator speaks %s.", version, processor.APIVersion)
}

// read takes the parameters from the query and the body, still encoded. Its error is a *object.Error.
func read(w http.ResponseWriter, r *http.Request) (string, error) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return "", processor.RequestError(http.StatusRequestEntityTooLarge, "", "Request body is larger than %d bytes.", maxBody)
	}
	if err != nil {
		return "", processor.RequestError(http.StatusBadRequest, "", "The request body could not be read.")
	}
	if len(body) > 0 {
		kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
		if err != nil || kind != "application/x-www-form-urlencoded" {
			return "", processor.RequestError(http.StatusBadRequest, "", "Invalid request (check that your POST content type is "+
				"application/x-www-form-urlencoded). If you have questions, we can help at https://support.stripe.com/.")
		}
	}
	return strings.Trim(r.URL.RawQuery+"&"+string(body), "&"), nil
}
