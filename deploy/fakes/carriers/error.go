package carriers

import (
	"net/http"
	"regexp"
)

// apiError is an answer that takes nothing. The zero value refuses nothing.
type apiError struct {
	status int
	code   string // as Telnyx numbers it
	field  string // what is wrong, as Sinch names it
}

// answer answers as both carriers do, near enough: with the code of Telnyx and the field of Sinch.
func (f apiError) answer(w http.ResponseWriter) {
	body := map[string]any{"errors": []map[string]string{{"code": f.code, "title": http.StatusText(f.status)}}}
	if f.field != "" {
		body["details"] = map[string]any{"fieldViolations": []map[string]string{{"field": f.field, "description": "is not valid"}}}
	}
	answer(w, f.status, body)
}

var e164 = regexp.MustCompile(`^\+[1-9][0-9]{6,14}$`)

// isTIFF reports whether a document begins as a TIFF file does.
func isTIFF(content []byte) bool {
	return len(content) > 4 && (string(content[:4]) == "II*\x00" || string(content[:4]) == "MM\x00*")
}
