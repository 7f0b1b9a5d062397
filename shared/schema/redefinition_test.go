package schema_test

import (
	"fmt"
	"io/fs"
	"os"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"
)

var (
	comment    = regexp.MustCompile(`--.*`)
	definition = regexp.MustCompile(`(?i)\bCREATE\s+(?:OR\s+REPLACE\s+)?(?:FUNCTION|PROCEDURE|VIEW)\s+([\w.]+)`)
	replaces   = regexp.MustCompile(`(?m)^-- Replaces (\S+) of (\S+)$`)
)

// A migration that redefines a function or view repeats its text, and the file that a reader of the function finds first is
// out of date. See doc.go for the line that makes this visible.
func TestMigrationsNameTheDefinitionsTheyReplace(t *testing.T) {
	require.Empty(t, undeclared(t, os.DirFS("migrations")))
}

func TestUndeclaredRedefinitionsAreFound(t *testing.T) {
	const first, second, third = "00001_a.sql", "00002_b.sql", "00003_c.sql"
	create := "-- +goose Up\nCREATE FUNCTION wallet.hold(p text) RETURNS void AS $$ $$;\n"
	tests := map[string]struct {
		second, third string
		problems      int
	}{
		"no redefinition":                {second: "CREATE FUNCTION wallet.void() AS $$ $$;", third: "CREATE VIEW wallet.hold_list AS SELECT 1;"},
		"declared":                       {second: "-- Replaces wallet.hold of 00001_a.sql\nCREATE OR REPLACE FUNCTION wallet.hold(p text) AS $$ $$;"},
		"declared twice":                 {second: "-- Replaces wallet.hold of 00001_a.sql\n" + create, third: "-- Replaces wallet.hold of 00002_b.sql\n" + create},
		"undeclared":                     {second: create, problems: 1},
		"undeclared, other case":         {second: "create or replace\n  function wallet.Hold(p text) as $$ $$;", problems: 1},
		"undeclared, other arguments":    {second: "DROP FUNCTION wallet.hold;\nCREATE FUNCTION wallet.hold(p text, q text) AS $$ $$;", problems: 1},
		"undeclared, inside a statement": {second: "DO $$ BEGIN EXECUTE 'CREATE OR REPLACE FUNCTION wallet.hold() ...'; END $$;", problems: 1},
		"not the last definition":        {second: "-- Replaces wallet.hold of 00001_a.sql\n" + create, third: "-- Replaces wallet.hold of 00001_a.sql\n" + create, problems: 1},
		"no such file":                   {second: "-- Replaces wallet.hold of 00001_other.sql\n" + create, problems: 1},
		"declared only":                  {second: "-- Replaces wallet.hold of 00001_a.sql\nSELECT 1;", problems: 1},
		"twice in one file":              {second: "-- Replaces wallet.hold of 00001_a.sql\n" + create + create, problems: 1},
		"without a schema":               {second: "CREATE FUNCTION hold(p text) AS $$ $$;", problems: 1},
		"on the way down":                {second: "SELECT 1;\n-- +goose Down\n" + create},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			files := fstest.MapFS{first: {Data: []byte(create)}, second: {Data: []byte(test.second)}, third: {Data: []byte(test.third)}}
			require.Len(t, undeclared(t, files), test.problems)
		})
	}
}

// undeclared returns what is wrong with the redefinitions in the migrations of files, and with the lines that declare them.
func undeclared(t *testing.T, files fs.FS) []string {
	names, err := fs.Glob(files, "*.sql")
	require.NoError(t, err)
	require.NotEmpty(t, names)
	var problems []string
	lastDefined := map[string]string{} // file, by function
	for _, file := range names {
		text, err := fs.ReadFile(files, file)
		require.NoError(t, err)
		up, _, _ := strings.Cut(string(text), "-- +goose Down")
		declared := map[string]string{}
		for _, line := range replaces.FindAllStringSubmatch(up, -1) {
			declared[line[1]] = line[2]
		}
		for _, found := range definition.FindAllStringSubmatch(comment.ReplaceAllString(up, ""), -1) {
			function := strings.ToLower(found[1])
			previous := lastDefined[function]
			switch {
			case !strings.Contains(function, "."):
				problems = append(problems, fmt.Sprintf("%s defines %s without its schema", file, function))
			case declared[function] != previous:
				problems = append(problems, fmt.Sprintf("%s defines %s, which %q defined last, but the file in its line `-- Replaces %s of` is %q",
					file, function, previous, function, declared[function]))
			}
			lastDefined[function] = file
		}
		for function := range declared {
			if lastDefined[function] != file {
				problems = append(problems, fmt.Sprintf("%s declares that it replaces %s, but does not", file, function))
			}
		}
	}
	return problems
}
