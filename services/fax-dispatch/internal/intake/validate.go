package intake

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/intake/cover"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/document"
	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/contract"
)

// Limits of the fields, in characters unless they say otherwise.
const (
	maxDocumentBytes = 10 << 20 // in all
	maxURL           = 2048
	maxCSID          = 20
	maxTags          = 10
	maxTagKey        = 64
	maxTagValue      = 255
	maxKey           = 255
	maxName          = 100
	maxSubject       = 200
	maxMessage       = 2000
	defaultAttempts  = 3
	maxAttempts      = 5
)

// validate checks the fields of a request and returns how many attempts it asks for.
func validate(r contract.SubmitFaxRequest) (attempts int, err error) {
	p := problems{apierror.FieldErrors{}}
	attempts = p.checkFields(r)
	return attempts, p.Err()
}

// validateUpload is validate for a request that must have files.
func validateUpload(r contract.SubmitFaxRequest) (attempts int, err error) {
	p := problems{apierror.FieldErrors{}}
	p.checkFiles(r.Files)
	attempts = p.checkFields(r)
	return attempts, p.Err()
}

// problems collects every field error of a request.
type problems struct{ apierror.FieldErrors }

func (p problems) checkFields(r contract.SubmitFaxRequest) (attempts int) {
	p.checkTo(r.To)
	p.checkWebhook(r.WebhookURL)
	p.checkCSID(r.CSID)
	p.checkTags(r.Tags)
	p.checkCover(r.Cover)
	p.checkKey(r)
	p.checkChoice("page_size", r.PageSize, sheetNames()...)
	p.checkChoice("resolution", r.Resolution, "standard", "fine")
	p.checkChoice("optimize_for", r.OptimizeFor, "text", "photo")
	return p.checkAttempts(r.MaxAttempts)
}

func (p problems) checkTo(to string) {
	switch {
	case to == "":
		p.Addf("to", "The to field is required.")
	case !contract.IsE164(to):
		p.Addf("to", "The to field must be a number in E.164 form, such as +12125551234.")
	}
}

func (p problems) checkFiles(files []contract.StagedFile) {
	if len(files) == 0 {
		p.Addf("file", "The file field is required.")
	}
	total := int64(0)
	for _, file := range files {
		total += file.Size
	}
	if total > maxDocumentBytes {
		p.Addf("file", "The files must not be larger than 10 MB in all.")
	}
}

func (p problems) checkWebhook(text string) {
	if text == "" {
		return
	}
	if !isWebhookURL(text) {
		p.Addf("webhook_url", "The webhook_url field must be an http or https URL of at most %d characters, without credentials, whose host is public.", maxURL)
	}
}

func (p problems) checkCSID(csid string) {
	ascii := func(r rune) bool { return r >= ' ' && r <= '~' }
	if len(csid) > maxCSID || strings.ContainsFunc(csid, func(r rune) bool { return !ascii(r) }) {
		p.Addf("csid", "The csid field must be at most %d printable ASCII characters.", maxCSID)
	}
}

func (p problems) checkTags(tags map[string]string) {
	if len(tags) > maxTags {
		p.Addf("tags", "There must be at most %d tags.", maxTags)
	}
	for key, value := range tags {
		if key == "" || utf8.RuneCountInString(key) > maxTagKey || !contract.Printable(key) {
			p.Addf("tags", "The key of a tag must be 1 to %d printable characters.", maxTagKey)
			return
		}
		if utf8.RuneCountInString(value) > maxTagValue || !contract.Printable(value) {
			p.Addf("tags", "The value of a tag must be at most %d printable characters.", maxTagValue)
			return
		}
	}
}

func (p problems) checkCover(c contract.FaxCover) {
	p.checkWords("recipient_name", c.RecipientName, maxName)
	p.checkWords("subject", c.Subject, maxSubject)
	p.checkWords("message", strings.ReplaceAll(message(c), "\n", " "), maxMessage)
	if c.Page == "" {
		if c.RecipientName+c.Subject+c.Message != "" {
			p.Addf("cover_page", "The cover_page field is required with recipient_name, subject or message.")
		}
		return
	}
	if _, err := cover.Parse(c.Page); err != nil {
		p.Addf("cover_page", "The cover_page field %s.", err)
	}
}

// message returns the message of a cover with every kind of line break as one character. Browsers send two.
func message(c contract.FaxCover) string {
	return strings.NewReplacer("\r\n", "\n", "\r", "\n", "\t", " ").Replace(c.Message)
}

func (p problems) checkWords(field, text string, most int) {
	if utf8.RuneCountInString(text) > most || !contract.Printable(text) {
		p.Addf(field, "The %s field must be at most %d printable characters.", field, most)
	}
}

func (p problems) checkKey(r contract.SubmitFaxRequest) {
	if len(r.IdempotencyKey) > maxKey || !contract.Printable(r.IdempotencyKey) {
		p.Addf("idempotency_key", "The idempotency key must be 1 to %d printable characters.", maxKey)
	}
}

func (p problems) checkChoice(field, value string, choices ...string) {
	if value != "" && !slices.Contains(choices, value) {
		p.Addf(field, "The %s field must be one of: %s.", field, strings.Join(choices, ", "))
	}
}

func (p problems) checkAttempts(text string) int {
	if text == "" {
		return defaultAttempts
	}
	if len(text) != 1 || text[0] < '1' || text[0] > '0'+maxAttempts {
		p.Addf("max_attempts", "The max_attempts field must be a number from 1 to %d.", maxAttempts)
		return 0
	}
	return int(text[0] - '0')
}

func sheetNames() []string {
	var names []string
	for _, sheet := range document.Sheets() {
		names = append(names, string(sheet))
	}
	return names
}
