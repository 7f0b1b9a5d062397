package paging

import (
	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/postgres"
)

const maxLimit = 100

// Begin reads where a page starts. A cursor that no list returned and a limit outside 1 to 100 are
// validation_failed.
func Begin(p contract.Page) (postgres.Cursor, error) {
	if p.Limit < 1 || p.Limit > maxLimit {
		return postgres.Cursor{}, apierror.Field("per_page", "The per_page must be between 1 and 100.")
	}
	return postgres.ParseCursor(p.Cursor)
}

// Cut makes a page of limit items from found, which has one more when another page follows. Place
// gives an item's place in the list.
func Cut[T any](found []T, limit int, place func(T) postgres.Cursor) contract.List[T] {
	if len(found) <= limit {
		return contract.List[T]{Data: found}
	}
	next := place(found[limit-1]).String()
	return contract.List[T]{Data: found[:limit], NextCursor: &next}
}
