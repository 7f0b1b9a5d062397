package carriers

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
)

const maxHeaderText = 50

// sinchRequest is what a request to send may have. Unlike Sinch the fake wants maxRetries to be 0: the customer here
// counts tries itself.
type sinchRequest struct {
	To                     string            `json:"to"`
	From                   string            `json:"from"`
	HeaderText             string            `json:"headerText"`
	Labels                 map[string]string `json:"labels"`
	CallbackURL            string            `json:"callbackUrl"`
	CallbackURLContentType string            `json:"callbackUrlContentType"`
	MaxRetries             *int              `json:"maxRetries"`
	Resolution             string            `json:"resolution"`
	ImageConversionMethod  string            `json:"imageConversionMethod"`
	Files                  []struct {
		File     string `json:"file"`
		FileType string `json:"fileType"`
	} `json:"files"`
}

// validate names the first field that Sinch would not take, as its documentation has it; empty for none.
func (s sinchRequest) validate() string {
	callback, err := url.Parse(s.CallbackURL)
	switch {
	case !e164.MatchString(s.To):
		return "to"
	case !e164.MatchString(s.From):
		return "from"
	case len(s.HeaderText) > maxHeaderText:
		return "headerText"
	case err != nil || s.CallbackURL != "" && callback.Host == "":
		return "callbackUrl"
	case !slices.Contains([]string{"", "application/json", "multipart/form-data"}, s.CallbackURLContentType):
		return "callbackUrlContentType"
	case s.MaxRetries == nil || *s.MaxRetries != 0:
		return "maxRetries"
	case !slices.Contains([]string{"", "FINE", "SUPERFINE"}, s.Resolution):
		return "resolution"
	case !slices.Contains([]string{"", "HALFTONE", "MONOCHROME"}, s.ImageConversionMethod):
		return "imageConversionMethod"
	case len(s.Files) != 1 || s.Files[0].FileType != "TIF":
		return "files"
	}
	return ""
}

// parseSinch reads a request to send, and refuses what Sinch would.
func (e *Exchange) parseSinch(w http.ResponseWriter, r *http.Request) (*Call, apiError) {
	invalid := func(field string) (*Call, apiError) { return nil, apiError{http.StatusUnprocessableEntity, "", field} }
	if refused := e.authenticateSinch(r); refused.status != 0 {
		return nil, refused
	}
	var asked sinchRequest
	decoder := json.NewDecoder(http.MaxBytesReader(w, r.Body, 2*maxDocument))
	decoder.DisallowUnknownFields()
	if decoder.Decode(&asked) != nil {
		return nil, apiError{http.StatusBadRequest, "", ""}
	}
	if field := asked.validate(); field != "" {
		return invalid(field)
	}
	document, err := base64.StdEncoding.DecodeString(asked.Files[0].File)
	if err != nil || !isTIFF(document) {
		return invalid("files")
	}
	return &Call{Carrier: sinch, To: asked.To, Attempt: asked.Labels["attempt"], Size: len(document), callback: asked.CallbackURL}, apiError{}
}

func (e *Exchange) authenticateSinch(r *http.Request) apiError {
	id, secret, _ := r.BasicAuth()
	if id != e.cfg.Sinch.KeyID || secret != e.cfg.Sinch.KeySecret {
		return apiError{http.StatusUnauthorized, "", ""}
	}
	if r.PathValue("project") != e.cfg.Sinch.ProjectID {
		return apiError{http.StatusNotFound, "", ""}
	}
	return apiError{}
}
