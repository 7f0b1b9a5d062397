package invariants

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/mintfax/mintfax/deploy/fakes/carriers"
)

const sentOnce = "no fax is transmitted twice by an imitated carrier"

// checkCalls looks for faxes that the carrier fakes transmitted twice. The fakes forget their calls when they
// end, and may have had calls of another database.
func checkCalls(ctx context.Context, conn *pgx.Conn, fakesURL string) ([]string, error) {
	if fakesURL == "" {
		return nil, nil
	}
	calls, err := carriers.Control{URL: fakesURL}.Calls(ctx)
	if err != nil {
		return nil, err
	}
	var through []string // attempts
	for _, call := range calls {
		if call.Failure == "" {
			through = append(through, call.Attempt)
		}
	}
	var twice int
	err = conn.QueryRow(ctx, `SELECT count(*) FROM (
		SELECT FROM unnest($1::text[]) call JOIN fax.attempts a ON a.id = call GROUP BY a.fax_id HAVING count(*) > 1) twice`, through).Scan(&twice)
	if err != nil || twice == 0 {
		return nil, err
	}
	return []string{fmt.Sprintf("not so: %s (%d)", sentOnce, twice)}, nil
}
