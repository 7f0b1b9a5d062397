package pools

import (
	"math"
	"strconv"

	"github.com/mintfax/mintfax/shared/apierror"
)

// The ledger is ordered by seq, which is taken under the pool's lock; times would tie.
func cursor(seq int64) string { return strconv.FormatInt(seq, 36) }

func parseCursor(text string) (int64, error) {
	if text == "" {
		return math.MaxInt64, nil
	}
	seq, err := strconv.ParseInt(text, 36, 64)
	if err != nil || seq <= 0 {
		return 0, apierror.Field("cursor", "The cursor is not one that a list returned.")
	}
	return seq, nil
}
