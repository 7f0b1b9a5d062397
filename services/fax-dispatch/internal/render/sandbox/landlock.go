package sandbox

import (
	"os"

	"github.com/landlock-lsm/go-landlock/landlock"
	landlocksys "github.com/landlock-lsm/go-landlock/landlock/syscall"
)

// Supported reports whether the kernel can restrict a process (Linux 5.13 or newer with Landlock on). Without it, a
// process that runs as our user can read our environment and our files.
func Supported() bool {
	version, err := landlocksys.LandlockGetABIVersion()
	return err == nil && version > 0
}

// restrictFiles restricts this process, and what it becomes and starts. It may read the system's programs and fonts and
// what is readable, and write to one directory unless that is empty. It has no TCP. /proc is not readable, and processes
// outside can be neither traced nor signalled, so that their environment and memory are out of reach. On a kernel
// without Landlock it does nothing, about which the service warns when it starts.
func restrictFiles(writable string, readable ...string) error {
	if !Supported() {
		return nil
	}
	dirs, files := systemPaths()
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
		rules = append(rules, landlock.RWDirs(writable).WithRefer(), sockets)
	}
	return landlock.V6.BestEffort().Restrict(rules...)
}

// sockets lets LibreOffice create the socket in /tmp by which a second instance would find it. It ignores TMPDIR, and
// removes the socket when it restarts for its new profile.
var sockets = landlock.PathAccess(landlocksys.AccessFSMakeSock|landlocksys.AccessFSRemoveFile, "/tmp").IgnoreIfMissing()

// systemPaths are those of programs, their libraries, settings and fonts. None of them holds a secret of ours.
func systemPaths() (dirs, files []string) {
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
