package runner

// The linker sets these:
// -X github.com/mintfax/mintfax/shared/runner.version=v1.2.3 -X ….commit=0123abc
var (
	version = "dev"
	commit  = "unknown"
)

// Version is the release, or "dev".
func Version() string { return version }

// Commit is the commit that this program was built from, or "unknown".
func Commit() string { return commit }

// Line says both.
func Line() string { return version + " (commit " + commit + ")" }
