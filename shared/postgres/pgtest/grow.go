package pgtest

import (
	"embed"
	"strconv"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
)

//go:embed grown/*.sql
var grown embed.FS

// Grow fills the tables of a part, faxes or ledger, with 90 days of data: rows rows of one large account and the data of
// 500 small ones. It then runs ANALYZE. Triggers are off meanwhile, so the scripts must insert consistent data.
func (d *Database) Grow(t testing.TB, part string, rows int) Grown {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), d.AdminURL)
	require.NoError(t, err)
	defer conn.Close(t.Context())
	_, err = conn.Exec(t.Context(), `SET session_replication_role = replica`)
	require.NoError(t, err)
	for _, name := range []string{"accounts", part} {
		script, err := grown.ReadFile("grown/" + name + ".sql")
		require.NoError(t, err)
		for _, statement := range split(strings.ReplaceAll(string(script), "{{rows}}", strconv.Itoa(rows))) {
			_, err := conn.Exec(t.Context(), statement)
			require.NoError(t, err, statement)
		}
	}
	var made Grown
	row := conn.QueryRow(t.Context(), `SELECT pg_temp.id('acct', 0), pg_temp.id('env', 0), pg_temp.id('env', 1), pg_temp.id('acct', 1), pg_temp.id('env', 2)`)
	require.NoError(t, row.Scan(&made.Account, &made.Live, &made.Sandbox, &made.SmallAccount, &made.SmallLive))
	return made
}

// Grown has the ids of the large account, of its environments and of a small account. The live environment has all data.
type Grown struct {
	Account, Live, Sandbox  string
	SmallAccount, SmallLive string
}

// split parts a script after each line that ends with a semicolon.
func split(script string) []string {
	var statements []string
	for _, statement := range strings.SplitAfter(script, ";\n") {
		if strings.TrimSpace(statement) != "" {
			statements = append(statements, statement)
		}
	}
	return statements
}
