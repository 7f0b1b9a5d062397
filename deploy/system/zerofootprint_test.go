package system_test

import (
	"fmt"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/deploy/apiclient"
	"github.com/mintfax/mintfax/shared/ids"
)

// What is planted in the document, the number and the tags of a fax is found nowhere once it has ended, and its money
// is there.
func TestWithZeroFootprintNothingPersonalStays(t *testing.T) {
	t.Parallel()
	b := setup(t)
	a := b.account(t)
	b.do(t, http.StatusOK, "PUT", "/v1/account/settings", a.AccountKey, map[string]any{"zero_footprint": true})
	secret, number := "MARK"+ids.Base62(12), "+4930"+fmt.Sprint(b.number(t, `SELECT (1e8 + random() * 8e8)::bigint`))
	markers := []string{secret, strings.TrimPrefix(number, "+")}
	upload := apiclient.Upload{
		To: number, FileName: secret + ".txt", File: []byte("Patient " + secret + "\n"),
		Fields: map[string]string{"tags[case]": secret, "csid": secret[:16]},
	}
	var fax struct{ ID string }
	answer, err := b.SendFax(t.Context(), a.TestKey, upload, apiclient.Header{Name: "Idempotency-Key", Value: "k"})
	require.NoError(t, err)
	require.NoError(t, answer.Decode(&fax))
	eventually(t, "the fax to be delivered and its document to be gone", func() bool {
		return b.status(t, a.TestKey, fax.ID).Status == "delivered" && b.number(t, `SELECT count(*) FROM fax.documents WHERE fax_id = $1`, fax.ID) == 0
	})
	for _, marker := range append(markers, secret[:16]) {
		require.Empty(t, b.inDatabase(t, marker))
		require.Empty(t, inRedis(t, marker))
		require.Empty(t, inFiles(t, marker))
	}
	b.refused(t, "document_gone", http.StatusGone, "GET", "/v1/faxes/"+fax.ID+"/image", a.TestKey, nil)
	require.EqualValues(t, 9_994, b.number(t, `SELECT available FROM wallet.pools WHERE account_id = $1 AND balance_type = 'sandbox'`, a.ID))

	// The search does find what is there: the same without the setting.
	b.do(t, http.StatusOK, "PUT", "/v1/account/settings", a.AccountKey, map[string]any{"zero_footprint": false})
	_, err = b.SendFax(t.Context(), a.TestKey, upload)
	require.NoError(t, err)
	require.Equal(t, []string{"fax.faxes"}, b.inDatabase(t, secret))
}

// inDatabase lists the tables with a row that has the marker.
func (b bench) inDatabase(t *testing.T, marker string) (found []string) {
	t.Helper()
	rows, err := b.db.Query(t.Context(), `SELECT schemaname || '.' || tablename FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`)
	require.NoError(t, err)
	var tables []string
	for rows.Next() {
		var table string
		require.NoError(t, rows.Scan(&table))
		tables = append(tables, table)
	}
	require.NoError(t, rows.Err())
	require.Greater(t, len(tables), 20)
	for _, table := range tables {
		if b.number(t, `SELECT count(*) FROM `+table+` t WHERE t::text LIKE '%' || $1 || '%'`, marker) > 0 {
			found = append(found, table)
		}
	}
	return found
}

func inRedis(t *testing.T, marker string) (found []string) {
	t.Helper()
	options, err := redis.ParseURL(whole.Env()["REDIS_URL"])
	require.NoError(t, err)
	client := redis.NewClient(options)
	defer client.Close()
	keys := client.Scan(t.Context(), 0, "*", 1000).Iterator()
	for keys.Next(t.Context()) {
		value, _ := client.Dump(t.Context(), keys.Val()).Result() // it may have gone meanwhile
		if strings.Contains(keys.Val()+value, marker) {
			found = append(found, keys.Val())
		}
	}
	require.NoError(t, keys.Err())
	return found
}

// inFiles looks through the documents and the logs.
func inFiles(t *testing.T, marker string) (found []string) {
	t.Helper()
	storage, err := url.Parse(whole.Env()["STORAGE_URL"])
	require.NoError(t, err)
	for _, dir := range []string{storage.Path, whole.LogDir()} {
		require.NoError(t, filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() {
				return nil //nolint:nilerr // files of other tests come and go
			}
			content, err := os.ReadFile(path)
			if err == nil && strings.Contains(path+string(content), marker) {
				found = append(found, path)
			}
			return nil
		}))
	}
	return found
}
