package media

import (
	"context"
	"errors"

	"github.com/mintfax/mintfax/services/gateway/internal/edge"
	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/documents"
)

// Form is an uploaded form: fields, tags, and files in staging.
type Form struct {
	store    *documents.Store
	also     []string
	text     map[string]string
	tags     map[string]string
	files    []contract.StagedFile
	hashes   []string
	size     int64
	problems map[string][]string
}

var known = map[string]bool{
	"to": true, "webhook_url": true, "max_attempts": true, "csid": true,
	"page_size": true, "resolution": true, "optimize_for": true,
	coverPage: true, "recipient_name": true, "subject": true, "message": true,
}

// coverPage may be a whole page of HTML.
const coverPage = "cover_page"

// Text returns the value of a field, or the empty string if it is missing.
func (f *Form) Text(name string) string { return f.text[name] }

// Tags returns the tags[key]=value fields.
func (f *Form) Tags() map[string]string { return f.tags }

// Cover returns the content of the cover page.
func (f *Form) Cover() contract.FaxCover {
	return contract.FaxCover{
		Page: f.Text(coverPage), RecipientName: f.Text("recipient_name"), Subject: f.Text("subject"), Message: f.Text("message"),
	}
}

// Files returns the staged files, in the order of the form.
func (f *Form) Files() []contract.StagedFile { return f.files }

// Fingerprint returns a digest of the form's fields and the content of its files.
func (f *Form) Fingerprint() edge.Fields {
	fields := edge.Fields{"file": f.hashes}
	for name, value := range f.text {
		fields[name] = []string{value}
	}
	for key, value := range f.tags {
		fields["tags["+key+"]"] = []string{value}
	}
	return fields
}

// Discard deletes the staged files.
func (f *Form) Discard(ctx context.Context) error {
	var problems []error
	for _, file := range f.files {
		problems = append(problems, f.store.DeleteStaged(ctx, file.ID))
	}
	return errors.Join(problems...)
}
