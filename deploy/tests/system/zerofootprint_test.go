package system_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/deploy/stack/apiclient"
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
		Fields: map[string]string{
			"tags[case]": secret, "csid": secret[:16], "webhook_url": "https://example.com/" + secret,
			"cover_page": "standard", "recipient_name": secret, "subject": secret, "message": secret,
		},
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
		require.Empty(t, inQueues(t, marker))
	}
	b.refused(t, "document_gone", http.StatusGone, "GET", "/v1/faxes/"+fax.ID+"/image", a.TestKey, nil)
	require.EqualValues(t, 9_988, b.number(t, `SELECT available FROM wallet.pools WHERE account_id = $1 AND balance_type = 'sandbox'`, a.ID))

	// The search does find what is there: the same without the setting.
	b.do(t, http.StatusOK, "PUT", "/v1/account/settings", a.AccountKey, map[string]any{"zero_footprint": false})
	_, err = b.SendFax(t.Context(), a.TestKey, upload)
	require.NoError(t, err)
	require.ElementsMatch(t, []string{"fax.faxes", "fax.tags"}, b.inDatabase(t, secret))
	queue := "planted-" + ids.Base62(8)
	manage(t, http.MethodPut, "/api/queues", "/"+queue, map[string]any{"auto_delete": true}, nil)
	manage(t, http.MethodPost, "/api/exchanges", "/amq.default/publish", map[string]any{
		"properties": map[string]any{}, "routing_key": queue, "payload": "x" + secret, "payload_encoding": "string",
	}, nil)
	require.Equal(t, []string{queue}, inQueues(t, secret))
	manage(t, http.MethodDelete, "/api/queues", "/"+queue, nil, nil)
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
	options, err := redis.ParseURL(instance.Env()["REDIS_URL"])
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

// inQueues looks through the queues of the broker. One that goes with its connection can be read by that alone.
func inQueues(t *testing.T, marker string) (found []string) {
	t.Helper()
	var queues []struct {
		Name      string
		Exclusive bool
	}
	manage(t, http.MethodGet, "/api/queues", "", nil, &queues)
	require.Greater(t, len(queues), 10)
	for _, queue := range queues {
		if queue.Exclusive {
			continue
		}
		var messages []struct{ Payload string }
		manage(t, http.MethodPost, "/api/queues", "/"+url.PathEscape(queue.Name)+"/get",
			map[string]any{"count": 10_000, "ackmode": "ack_requeue_true", "encoding": "auto"}, &messages)
		if slices.ContainsFunc(messages, func(m struct{ Payload string }) bool { return strings.Contains(m.Payload, marker) }) {
			found = append(found, queue.Name)
		}
	}
	return found
}

// manage reads from RabbitMQ's management API in the instance's virtual host. What is gone meanwhile is no error.
func manage(t *testing.T, method, kind, path string, body, into any) {
	t.Helper()
	broker, err := url.Parse(instance.Env()["AMQP_URL"])
	require.NoError(t, err)
	written, err := json.Marshal(body)
	require.NoError(t, err)
	address := instance.Env()["AMQP_MANAGEMENT_URL"] + kind + "/" + url.PathEscape(strings.TrimPrefix(broker.Path, "/")) + path
	request, err := http.NewRequestWithContext(t.Context(), method, address, bytes.NewReader(written))
	require.NoError(t, err)
	request.Header.Set("Content-Type", "application/json")
	answer, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	defer answer.Body.Close()
	if answer.StatusCode == http.StatusNotFound {
		return
	}
	require.Less(t, answer.StatusCode, 300, "%s %s%s", method, kind, path)
	if into != nil {
		require.NoError(t, json.NewDecoder(answer.Body).Decode(into))
	}
}

// inFiles looks through the documents, the logs, the mails and what is temporary.
func inFiles(t *testing.T, marker string) (found []string) {
	t.Helper()
	storage, err := url.Parse(instance.Env()["STORAGE_URL"])
	require.NoError(t, err)
	temporary, err := filepath.Glob(filepath.Join(os.TempDir(), "mintfax-*"))
	require.NoError(t, err)
	for _, dir := range append(temporary, storage.Path, instance.LogDir(), instance.Env()["MAIL_DIR"]) {
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
