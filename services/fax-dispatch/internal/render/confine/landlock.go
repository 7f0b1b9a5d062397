package confine

import (
	"path/filepath"

	"github.com/landlock-lsm/go-landlock/landlock"
	landlocksys "github.com/landlock-lsm/go-landlock/landlock/syscall"
)

// readable is where programs, their libraries, their settings and fonts lie. Nothing there is a secret of ours.
var readable = []string{
	"/usr", "/lib", "/lib64", "/bin", "/opt", "/etc", "/var/cache/fontconfig", "/var/lib/libreoffice", "/var/spool/libreoffice",
	"/dev/urandom", "/dev/random",
}

// pipes is where LibreOffice makes the socket by which a second instance would find it, whatever TMPDIR says. It removes the
// socket when it starts itself again for its new profile.
const pipes = "/tmp"

// Supported reports whether the system can wall a program in (Linux 5.13 or newer with Landlock on). Without it, what
// runs as our user can read our environment and our files.
func Supported() bool {
	version, err := landlocksys.LandlockGetABIVersion()
	return err == nil && version > 0
}

// wallIn leaves this process and what it becomes nothing but its directory to write to, programs to read, and no TCP.
// /proc is not readable, nor can another process be traced, so that neither its environment nor its memory is.
func wallIn(program, dir string) error {
	if !Supported() {
		return nil // said by the service when it starts
	}
	rules := []landlock.Rule{
		landlock.RWDirs(dir).WithRefer(),
		landlock.RODirs(filepath.Dir(program)).IgnoreIfMissing(),
		landlock.RWFiles("/dev/null").IgnoreIfMissing(),
		landlock.PathAccess(landlocksys.AccessFSMakeSock|landlocksys.AccessFSRemoveFile, pipes),
	}
	for _, path := range readable {
		if filepath.Dir(path) == "/dev" {
			rules = append(rules, landlock.ROFiles(path).IgnoreIfMissing())
			continue
		}
		rules = append(rules, landlock.RODirs(path).IgnoreIfMissing())
	}
	return landlock.V6.BestEffort().Restrict(rules...)
}
