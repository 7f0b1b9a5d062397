package statement

import (
	"context"
	"encoding/json"
	"io"
	"time"

	"github.com/mintfax/mintfax/shared/contract"
)

type head struct {
	AccountID   string         `json:"account_id"`
	AccountName string         `json:"account_name"`
	Month       contract.Month `json:"month"`
	Currency    string         `json:"currency"`
	AsOf        time.Time      `json:"as_of"`
	Complete    bool           `json:"complete"`
}

type poolHead struct {
	BalanceType contract.EnvironmentType `json:"balance_type"`
	Opening     contract.PoolBalance     `json:"opening"`
}

type poolFoot struct {
	Totals  []contract.MovementsTotal `json:"totals"`
	Closing contract.PoolBalance      `json:"closing"`
}

// WriteJSON writes the statement as one JSON object, movement by movement.
func (s *Statement) WriteJSON(ctx context.Context, w io.Writer) error {
	out := jsonWriter{to: w}
	out.open(head{s.AccountID, s.AccountName, s.Month, contract.Currency, s.AsOf, s.Complete})
	out.text(`,"pools":[`)
	for n, pool := range s.Pools {
		if n > 0 {
			out.text(",")
		}
		out.open(poolHead{pool.BalanceType, pool.Opening})
		out.text(`,"movements":[`)
		separator := "\n"
		for m, err := range s.movements(ctx, pool) {
			if err != nil {
				return err
			}
			out.text(separator)
			out.value(m)
			separator = ",\n"
			if out.err != nil {
				return out.err
			}
		}
		out.text("],")
		out.rest(poolFoot{pool.Totals, pool.Closing})
	}
	out.text("]}\n")
	return out.err
}

// jsonWriter writes parts of objects, and after a failure nothing more.
type jsonWriter struct {
	to  io.Writer
	err error
}

func (w *jsonWriter) text(text string) { w.bytes([]byte(text)) }

// open writes an object without its end.
func (w *jsonWriter) open(v any) { w.encoded(v, func(b []byte) []byte { return b[:len(b)-1] }) }

// rest writes an object without its beginning.
func (w *jsonWriter) rest(v any) { w.encoded(v, func(b []byte) []byte { return b[1:] }) }

func (w *jsonWriter) value(v any) { w.encoded(v, func(b []byte) []byte { return b }) }

func (w *jsonWriter) encoded(v any, part func([]byte) []byte) {
	encoded, err := json.Marshal(v)
	if err != nil {
		w.err = err
		return
	}
	w.bytes(part(encoded))
}

func (w *jsonWriter) bytes(b []byte) {
	if w.err == nil {
		_, w.err = w.to.Write(b)
	}
}
