package carriers

import (
	"encoding/base64"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strconv"
)

const maxDisplayName = 128

var displayName = regexp.MustCompile(`^[A-Za-z0-9 \-_~!.+]*$`)

// telnyxFields are those that a request to send may have, and that the customer here uses.
func telnyxFields() []string {
	return []string{"connection_id", "from", "to", "from_display_name", "quality", "t38_enabled", "monochrome", "store_media", "client_state", "webhook_url"}
}

// parseTelnyx reads a request to send, and refuses what the documentation says that Telnyx does not take.
func (e *Exchange) parseTelnyx(w http.ResponseWriter, r *http.Request) (*Call, apiError) {
	invalid := func(code string) (*Call, apiError) { return nil, apiError{http.StatusUnprocessableEntity, code, ""} }
	if r.Header.Get("Authorization") != "Bearer "+e.cfg.Telnyx.APIKey {
		return nil, apiError{http.StatusUnauthorized, "10009", ""}
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxDocument)
	if err := r.ParseMultipartForm(maxDocument); err != nil {
		return nil, apiError{http.StatusBadRequest, "10015", ""}
	}
	for name := range r.MultipartForm.Value {
		if !slices.Contains(telnyxFields(), name) {
			return invalid("10015")
		}
	}
	if !e164.MatchString(r.FormValue("from")) || !e164.MatchString(r.FormValue("to")) {
		return invalid("10016")
	}
	t38, problem := optionalBool(r.FormValue("t38_enabled"), true)
	_, other := optionalBool(r.FormValue("store_media"), false)
	attempt, undecoded := base64.StdEncoding.DecodeString(r.FormValue("client_state"))
	name := r.FormValue("from_display_name")
	qualities := []string{"", "normal", "high", "very_high", "ultra_light", "ultra_dark"}
	if problem != nil || other != nil || undecoded != nil || r.FormValue("connection_id") != e.cfg.Telnyx.ConnectionID ||
		len(name) > maxDisplayName || !displayName.MatchString(name) || !slices.Contains(qualities, r.FormValue("quality")) {
		return invalid("10015")
	}
	file, _, err := r.FormFile("contents")
	if err != nil {
		return invalid("10015")
	}
	defer file.Close()
	content, err := io.ReadAll(file)
	if err != nil || !isTIFF(content) {
		return invalid("10015")
	}
	return &Call{Carrier: telnyx, To: r.FormValue("to"), Attempt: string(attempt), Size: len(content), T38: t38}, apiError{}
}

func optionalBool(text string, usual bool) (bool, error) {
	if text == "" {
		return usual, nil
	}
	return strconv.ParseBool(text)
}
