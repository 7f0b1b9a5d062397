package listing

import (
	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/contract"
)

const maxPage = 100

// Begin returns the start of a page of a newest-first list. It returns validation_failed for an invalid
// cursor and for a limit outside 1 to 100.
func Begin(p contract.Page) (Cursor, error) {
	if p.Limit < 1 || p.Limit > maxPage {
		return Cursor{}, apierror.Field("per_page", "The per_page must be between 1 and 100.")
	}
	return ParseCursor(p.Cursor)
}

// Cut returns a page of limit items from found, which has one more item when another page follows. Place
// returns the cursor of an item.
func Cut[T any](found []T, limit int, place func(T) Cursor) contract.List[T] {
	if len(found) <= limit {
		return contract.List[T]{Data: found}
	}
	next := place(found[limit-1]).String()
	return contract.List[T]{Data: found[:limit], NextCursor: &next}
}
