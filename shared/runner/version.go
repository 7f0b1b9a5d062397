package runner

// The linker sets these:
// -X github.com/mintfax/mintfax/shared/runner.version=v1.2.3 -X ….commit=0123abc
var (
	version = "dev"
	commit  = "unknown"
)

// Version returns the release, or "dev".
func Version() string { return version }

// Commit returns the commit that this program was built from, or "unknown".
func Commit() string { return commit }

// Line returns both in one line.
func Line() string { return version + " (commit " + commit + ")" }
