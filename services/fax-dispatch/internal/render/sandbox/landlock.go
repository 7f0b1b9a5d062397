package sandbox

import (
	"os"
	"path/filepath"

	"github.com/landlock-lsm/go-landlock/landlock"
	landlocksys "github.com/landlock-lsm/go-landlock/landlock/syscall"
)

// Supported reports whether the system can wall a program in (Linux 5.13 or newer with Landlock on). Without it, what
// runs as our user can read our environment and our files.
func Supported() bool {
	version, err := landlocksys.LandlockGetABIVersion()
	return err == nil && version > 0
}

// Restrict leaves this process, and what it becomes and starts, the programs and fonts of the system to read, what else
// is readable, and one directory to write to unless it is empty; and no TCP. /proc is not readable, nor can a process
// outside be traced or signalled, so that neither its environment nor its officeMemory is within reach. On a system that
// cannot, it does nothing: the service says so when it starts.
func Restrict(writable string, readable ...string) error {
	if !Supported() {
		return nil
	}
	dirs, files := system()
	for _, path := range readable {
		if path == "" {
			continue
		}
		if info, err := os.Stat(path); err == nil && info.IsDir() {
			dirs = append(dirs, path)
			continue
		}
		files = append(files, path)
	}
	rules := []landlock.Rule{
		landlock.RODirs(dirs...).IgnoreIfMissing(), landlock.ROFiles(files...).IgnoreIfMissing(), landlock.RWFiles("/dev/null").IgnoreIfMissing(),
	}
	if writable != "" {
		rules = append(rules, landlock.RWDirs(writable).WithRefer(), pipes)
	}
	return landlock.V6.BestEffort().Restrict(rules...)
}

// pipes lets LibreOffice make the socket in /tmp by which a second instance would find it, whatever TMPDIR says. It
// removes the socket when it starts itself again for its new profile.
var pipes = landlock.PathAccess(landlocksys.AccessFSMakeSock|landlocksys.AccessFSRemoveFile, "/tmp").IgnoreIfMissing()

// system is where programs, their libraries, their settings and fonts lie. Nothing there is a secret of ours.
func system() (dirs, files []string) {
	dirs = []string{
		"/usr", "/bin", "/lib", "/lib32", "/lib64", "/opt", "/etc/alternatives", "/etc/fonts", "/etc/libreoffice", "/var/cache/fontconfig",
		"/var/lib/libreoffice", "/var/spool/libreoffice",
	}
	files = []string{
		"/etc/ld.so.cache", "/etc/passwd", "/etc/group", "/etc/nsswitch.conf", "/etc/localtime", "/etc/papersize",
		"/dev/urandom", "/dev/random", "/dev/zero",
	}
	return dirs, files
}

// installation is the directory of a LibreOffice that does not come from the system's packages, or else the program.
func installation(program string) string {
	real, err := filepath.EvalSymlinks(program)
	if err != nil || filepath.Base(filepath.Dir(real)) != "program" {
		return program
	}
	return filepath.Dir(filepath.Dir(real))
}
