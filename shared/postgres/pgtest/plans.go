package pgtest

import (
	"context"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"
)

// How many buffers of 8 KiB a statement may read: for each row that it returns or changes, and in addition.
const (
	buffersForRow = 50
	buffersBeside = 200
)

// Plans explains the statements that a store runs, with their actual values.
type Plans struct {
	t          *testing.T
	db         *sql.DB
	statements []statement
	settings   []string // SET LOCAL of the run, which hold for the statements after them
	prepared   int
}

type statement struct {
	text   string
	values []any
	rows   int64 // number of rows changed

	settings []string // SET LOCAL statements before it
}

// WatchPlans records the statements of db from now on. It explains them with the role of db.
func WatchPlans(t *testing.T, db *gorm.DB) *Plans {
	t.Helper()
	pool, err := db.DB()
	require.NoError(t, err)
	p := &Plans{t: t, db: pool}
	require.NoError(t, db.Callback().Row().After("gorm:row").Register("plans", p.note))
	require.NoError(t, db.Callback().Raw().After("gorm:raw").Register("plans", p.note))
	require.NoError(t, db.Callback().Query().After("gorm:query").Register("plans", p.note))
	return p
}

func (p *Plans) note(db *gorm.DB) {
	text := strings.TrimSpace(db.Statement.SQL.String())
	if strings.HasPrefix(text, "SET LOCAL ") {
		p.settings = append(p.settings, text)
		return
	}
	if text == "" || strings.HasPrefix(text, "SET ") || strings.HasPrefix(text, "INSERT ") { // cannot be repeated
		return
	}
	p.statements = append(p.statements, statement{text, append([]any(nil), db.Statement.Vars...), db.RowsAffected, slices.Clone(p.settings)})
}

// Flat runs a query or a job. It requires that no statement scans a whole growing table or reads more than the number of
// rows it returns justifies.
func (p *Plans) Flat(what string, run func(ctx context.Context) error) {
	p.t.Helper()
	p.Linear(what, 0, run)
}

// Linear is Flat for a query that aggregates added rows, which it may read in addition to those that it returns.
func (p *Plans) Linear(what string, added int64, run func(ctx context.Context) error) {
	p.t.Helper()
	p.statements, p.settings = nil, nil
	require.NoError(p.t, run(p.t.Context()), what)
	require.NotEmpty(p.t, p.statements, "%s: no statement was run", what)
	for _, s := range append([]statement(nil), p.statements...) {
		for _, mode := range []string{"force_custom_plan", "force_generic_plan"} {
			cost := p.explain(s, mode)
			p.t.Logf("%-64s %8.1f ms %7d buffers %5d rows, %s", what, cost.milliseconds, cost.buffers, cost.rows, mode)
			if len(cost.scanned) > 0 || cost.buffers > buffersForRow*cost.rows+buffersBeside+added {
				p.t.Errorf("%s: %d buffers for %d rows, all of %v, %s\n%s\n%s", what, cost.buffers, cost.rows, cost.scanned, mode, s.text, cost.plan)
			}
		}
	}
}

type cost struct {
	buffers, rows int64
	milliseconds  float64
	scanned       []string // tables that were scanned completely, also within functions
	plan          string
}

// explain runs a statement again and rolls it back. Services prepare statements, which the server plans either for the
// given values or for all values; mode selects one.
func (p *Plans) explain(s statement, mode string) cost {
	p.t.Helper()
	tx, err := p.db.BeginTx(p.t.Context(), nil)
	require.NoError(p.t, err)
	defer tx.Rollback()
	p.prepared++
	name := fmt.Sprintf("plans_%d", p.prepared)
	for _, setup := range append(s.settings, "SET LOCAL plan_cache_mode = "+mode, "PREPARE "+name+" AS "+s.text) {
		_, err := tx.ExecContext(p.t.Context(), setup)
		require.NoError(p.t, err, setup)
	}
	before := scans(p.t, tx)
	var plan string
	err = tx.QueryRowContext(p.t.Context(), `EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) EXECUTE `+name+literals(s.values)).Scan(&plan)
	require.NoError(p.t, err, s.text)
	var told []struct {
		Plan struct {
			Hit  int64 `json:"Shared Hit Blocks"`
			Read int64 `json:"Shared Read Blocks"`
			Rows int64 `json:"Actual Rows"`
		}
		Took float64 `json:"Execution Time"`
	}
	require.NoError(p.t, json.Unmarshal([]byte(plan), &told))
	c := cost{buffers: told[0].Plan.Hit + told[0].Plan.Read, rows: max(told[0].Plan.Rows, s.rows), milliseconds: told[0].Took, plan: plan}
	for table, n := range scans(p.t, tx) {
		if n > before[table] {
			c.scanned = append(c.scanned, table)
		}
	}
	_, err = tx.ExecContext(p.t.Context(), "DEALLOCATE "+name)
	require.NoError(p.t, err)
	return c
}

// literals formats values as the arguments of EXECUTE.
func literals(values []any) string {
	if len(values) == 0 {
		return ""
	}
	written := make([]string, len(values))
	for i, value := range values {
		written[i] = literal(value)
	}
	return "(" + strings.Join(written, ", ") + ")"
}

func literal(value any) string {
	switch v := value.(type) {
	case nil:
		return "NULL"
	case time.Time:
		value = v.Format(time.RFC3339Nano)
	case []byte:
		value = `\x` + hex.EncodeToString(v)
	}
	if v := reflect.ValueOf(value); v.Kind() == reflect.Pointer {
		if v.IsNil() {
			return "NULL"
		}
		return literal(v.Elem().Interface())
	}
	return "'" + strings.ReplaceAll(fmt.Sprint(value), "'", "''") + "'"
}

// grows is the number of pages from which a table counts as growing: for smaller ones a full scan is the right plan.
const grows = 20

// scans counts the full scans of each table by this connection. The server's statistics include scans within functions.
func scans(t *testing.T, tx *sql.Tx) map[string]int64 {
	t.Helper()
	rows, err := tx.QueryContext(t.Context(), `
		SELECT s.schemaname || '.' || s.relname, s.seq_scan FROM pg_stat_xact_user_tables s JOIN pg_class c ON c.oid = s.relid
		WHERE c.relpages > $1`, grows)
	require.NoError(t, err)
	defer rows.Close()
	counted := map[string]int64{}
	for rows.Next() {
		var table string
		var n int64
		require.NoError(t, rows.Scan(&table, &n))
		counted[table] = n
	}
	require.NoError(t, rows.Err())
	return counted
}
