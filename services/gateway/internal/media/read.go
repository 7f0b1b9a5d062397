package media

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/documents"
)

// MaxFileBytes is the maximum total size of the files of one fax. MaxFormBytes leaves room for the other fields.
const (
	MaxFileBytes = 10 << 20
	MaxFormBytes = MaxFileBytes + 1<<20
)

const (
	maxParts = 60
	maxFiles = 20
	maxValue = 8 << 10  // bytes of a field
	maxCover = 32 << 10 // bytes of a cover page
)

// Read reads the whole form, which may have the fields of also beside those of a fax. When it fails, no file stays in
// staging. Errors: malformed_request, payload_too_large, validation_failed by field, and service_unavailable while the
// storage is nearly full.
func Read(ctx context.Context, r *http.Request, store *documents.Store, also ...string) (*Form, error) {
	if err := store.Room(); err != nil { // before the body is read
		return nil, err
	}
	form := &Form{store: store, also: also, text: map[string]string{}, tags: map[string]string{}, problems: map[string][]string{}}
	err := form.read(ctx, r)
	if err == nil && len(form.problems) > 0 {
		err = apierror.Fields(form.problems)
	}
	if err != nil {
		return nil, errors.Join(err, form.Discard(context.WithoutCancel(ctx)))
	}
	return form, nil
}

func (f *Form) read(ctx context.Context, r *http.Request) error {
	mediaType, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || mediaType != "multipart/form-data" {
		return apierror.New(apierror.MalformedRequest)
	}
	body := newClosing(r.Body, params["boundary"])
	r.Body = body
	reader, err := r.MultipartReader()
	if err != nil {
		return apierror.Wrap(apierror.MalformedRequest, err)
	}
	for parts := 0; ; parts++ {
		part, err := reader.NextRawPart()
		if errors.Is(err, io.EOF) && body.seen {
			return readToItsEnd(body)
		}
		if err != nil {
			return readError(clientError{err})
		}
		if parts >= maxParts {
			return apierror.Field("file", fmt.Sprintf("A request has at most %d parts.", maxParts))
		}
		if err := f.part(ctx, part); err != nil {
			return err
		}
	}
}

// readToItsEnd discards what follows a form. net/http notices that a client has gone only when its body was read to the end.
func readToItsEnd(body io.Reader) error {
	if _, err := io.Copy(io.Discard, body); err != nil {
		return readError(clientError{err})
	}
	return nil
}

func (f *Form) part(ctx context.Context, part *multipart.Part) error {
	name := part.FormName()
	if name == "file" || name == "file[]" {
		return f.file(ctx, part)
	}
	most := maxValue
	if name == coverPage {
		most = maxCover
	}
	value, err := io.ReadAll(io.LimitReader(part, int64(most)+1))
	if err != nil {
		return readError(clientError{err})
	}
	if len(value) > most {
		return apierror.New(apierror.PayloadTooLarge)
	}
	f.field(name, string(value))
	return nil
}

// file stages one file.
func (f *Form) file(ctx context.Context, part *multipart.Part) error {
	if len(f.files) >= maxFiles {
		return apierror.Field("file", fmt.Sprintf("A fax has at most %d files.", maxFiles))
	}
	staged, err := f.store.Stage(ctx, &source{part: part}, MaxFileBytes-f.size)
	if err != nil {
		return readError(err)
	}
	if staged.Size == 0 && part.FileName() == "" { // what browsers send for a field without a file
		return f.store.DeleteStaged(ctx, staged.ID)
	}
	f.files = append(f.files, staged)
	f.size += staged.Size
	f.hashes = append(f.hashes, hex.EncodeToString(staged.SHA256))
	return nil
}

func (f *Form) field(name, value string) {
	if !utf8.ValidString(value) || strings.ContainsRune(value, 0) {
		f.wrong(name, "The "+name+" has characters that cannot be used.")
		return
	}
	if tag, found := strings.CutPrefix(name, "tags["); found && strings.HasSuffix(tag, "]") {
		f.set(f.tags, strings.TrimSuffix(tag, "]"), name, value)
		return
	}
	if !known[name] && !slices.Contains(f.also, name) {
		f.wrong(name, "This field is not known.")
		return
	}
	f.set(f.text, name, name, value)
}

func (f *Form) set(values map[string]string, key, name, value string) {
	if _, twice := values[key]; twice {
		f.wrong(name, "The "+name+" was given more than once.")
		return
	}
	values[key] = value
}

func (f *Form) wrong(name, message string) {
	if name == "" || !utf8.ValidString(name) || len(name) > 255 {
		name = "unnamed"
	}
	f.problems[name] = []string{message}
}

// source records whether an error came from the client rather than the storage.
type source struct{ part *multipart.Part }

type clientError struct{ error }

func (e clientError) Unwrap() error { return e.error }

func (s *source) Read(p []byte) (int, error) {
	n, err := s.part.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		err = clientError{err}
	}
	return n, err
}

func readError(err error) error {
	var tooLarge *http.MaxBytesError
	var refusal *apierror.Error
	var client clientError
	switch {
	case errors.As(err, &tooLarge):
		return apierror.New(apierror.PayloadTooLarge)
	case errors.As(err, &refusal):
		return err
	case errors.As(err, &client):
		return apierror.Wrap(apierror.MalformedRequest, err)
	}
	return fmt.Errorf("read an upload: %w", err)
}
