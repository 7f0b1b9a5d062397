package query

import (
	"context"
	"slices"
	"unicode/utf8"

	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/ids"
	"github.com/mintfax/mintfax/shared/listing"
)

const (
	maxPerPage   = 100
	maxErrorCode = 64
	maxTag       = 255
)

// Service answers queries. A tenant sees its own accepted faxes.
type Service struct {
	store Store
}

// New returns a service on the given store.
func New(store Store) *Service { return &Service{store} }

// Get serves contract.GetFax. Errors: not_found.
func (s *Service) Get(ctx context.Context, r contract.GetFaxRequest) (contract.Fax, error) {
	if !ids.Valid(ids.Fax, r.ID) {
		return contract.Fax{}, apierror.New(apierror.NotFound)
	}
	fax, found, err := s.store.get(ctx, r.Tenant, r.ID)
	if err == nil && !found {
		err = apierror.New(apierror.NotFound)
	}
	return fax, err
}

// List serves contract.ListFaxes. Errors: validation_failed.
func (s *Service) List(ctx context.Context, r contract.ListFaxesRequest) (contract.List[contract.Fax], error) {
	after, err := check(r)
	if err != nil {
		return contract.List[contract.Fax]{}, err
	}
	found, err := s.store.list(ctx, r, after)
	if err != nil {
		return contract.List[contract.Fax]{}, err
	}
	return listing.Cut(found, r.Page.Limit, func(f contract.Fax) listing.Cursor {
		return listing.Cursor{At: f.CreatedAt, ID: f.ID}
	}), nil
}

func check(r contract.ListFaxesRequest) (listing.Cursor, error) {
	wrong := apierror.FieldErrors{}
	if r.Page.Limit < 1 || r.Page.Limit > maxPerPage {
		wrong.Add("per_page", "The per_page field must be from 1 to 100.")
	}
	if r.Status != "" && !slices.Contains(contract.FaxStatuses(), r.Status) {
		wrong.Add("status", "The status field must be the status of a fax.")
	}
	if r.To != "" && !contract.IsE164(r.To) {
		wrong.Add("to", "The to field must be a number in E.164 form.")
	}
	if len(r.ErrorCode) > maxErrorCode || !contract.Printable(r.ErrorCode) {
		wrong.Add("error_code", "The error_code field must be at most 64 printable characters.")
	}
	for key, value := range r.Tags {
		if utf8.RuneCountInString(key) > maxTag || utf8.RuneCountInString(value) > maxTag || !contract.Printable(key) || !contract.Printable(value) {
			wrong["tag"] = []string{"The key and the value of a tag must be at most 255 printable characters."}
		}
	}
	after, err := listing.ParseCursor(r.Page.Cursor)
	if err != nil || !after.IsZero() && !ids.Valid(ids.Fax, after.ID) {
		wrong.Add("cursor", "The cursor is not one that a list returned.")
	}
	return after, wrong.Err()
}
