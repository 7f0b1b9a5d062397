package billingtest

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Aborts makes the functions that Abort needs, and returns the ways to abort a transaction: by an error, and by a lost
// connection.
func (e *Env) Aborts(t *testing.T) []string {
	t.Helper()
	ways := map[string]string{
		"fail": `RAISE EXCEPTION 'aborted'`,
		"die":  `PERFORM pg_terminate_backend(pg_backend_pid()); PERFORM pg_sleep(5)`,
	}
	names := make([]string, 0, len(ways))
	for name, body := range ways {
		require.NoError(t, e.Admin.Exec(`CREATE FUNCTION public.`+name+`() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
			BEGIN `+body+`; RETURN NULL; END $$`).Error)
		names = append(names, name)
	}
	return names
}

// Abort runs act while a trigger, such as "TRIGGER broken AFTER INSERT", aborts every transaction that changes the table. A
// constraint trigger is deferred: it fires at the commit.
func (e *Env) Abort(t *testing.T, table, trigger, how string, act func()) {
	t.Helper()
	deferred := ""
	if strings.HasPrefix(trigger, "CONSTRAINT") {
		deferred = "DEFERRABLE INITIALLY DEFERRED"
	}
	require.NoError(t, e.Admin.Exec(`CREATE `+trigger+` ON `+table+` `+deferred+` FOR EACH ROW EXECUTE FUNCTION public.`+how+`()`).Error)
	act()
	require.NoError(t, e.Admin.Exec(`DROP TRIGGER broken ON `+table).Error)
}
