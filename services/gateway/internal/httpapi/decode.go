package httpapi

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"strings"
	"unicode/utf8"

	"github.com/gin-gonic/gin"

	"github.com/mintfax/mintfax/shared/apierror"
)

// decode reads a JSON object strictly into v: it refuses fields that v does not have, by name.
func decode(c *gin.Context, v any) error {
	if given := c.GetHeader("Content-Type"); given != "" {
		mediaType, _, err := mime.ParseMediaType(given)
		if err != nil || mediaType != "application/json" {
			return apierror.New(apierror.MalformedRequest)
		}
	}
	body, err := io.ReadAll(c.Request.Body)
	if err != nil {
		return bodyError(err)
	}
	return decodeJSON(body, v)
}

func decodeJSON(body []byte, v any) error {
	malformed := apierror.New(apierror.MalformedRequest)
	trimmed := bytes.TrimSpace(body)
	if len(trimmed) == 0 || trimmed[0] != '{' || !utf8.Valid(body) || !json.Valid(body) {
		return malformed
	}
	var object map[string]any
	if err := json.Unmarshal(body, &object); err != nil {
		return malformed
	}
	for name, value := range object {
		if hasNUL(value) {
			return apierror.Field(name, "The "+name+" has characters that cannot be used.")
		}
	}
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.DisallowUnknownFields()
	return fieldError(decoder.Decode(v))
}

func fieldError(err error) error {
	if err == nil {
		return nil
	}
	var wrongType *json.UnmarshalTypeError
	if errors.As(err, &wrongType) && wrongType.Field != "" {
		return apierror.Field(wrongType.Field, "The "+wrongType.Field+" has the wrong type.")
	}
	// encoding/json has no type for this error.
	if name, found := strings.CutPrefix(err.Error(), `json: unknown field "`); found {
		name = strings.TrimSuffix(name, `"`)
		return apierror.Field(name, "This field is not known.")
	}
	return apierror.Wrap(apierror.MalformedRequest, err)
}

// requiredField refuses a body without the field.
func requiredField(name string) error {
	return apierror.Field(name, "The "+name+" field is required.")
}

func bodyError(err error) error {
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return apierror.New(apierror.PayloadTooLarge)
	}
	if apierror.Has(err, apierror.RequestTimeout) {
		return err
	}
	return apierror.Wrap(apierror.MalformedRequest, err)
}

// hasNUL finds the one character that Postgres cannot store in a text, anywhere in a JSON value.
func hasNUL(value any) bool {
	switch v := value.(type) {
	case string:
		return strings.ContainsRune(v, 0)
	case []any:
		for _, item := range v {
			if hasNUL(item) {
				return true
			}
		}
	case map[string]any:
		for name, item := range v {
			if strings.ContainsRune(name, 0) || hasNUL(item) {
				return true
			}
		}
	}
	return false
}
