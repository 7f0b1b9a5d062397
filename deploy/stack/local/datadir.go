package local

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
)

// serverUser is who the servers run as: the caller, or nobody when that is root, whom Postgres
// refuses.
func serverUser() (*User, error) {
	if os.Geteuid() != 0 {
		return nil, nil //nolint:nilnil // nil is the caller's own user
	}
	nobody, err := user.Lookup("nobody")
	if err != nil {
		return nil, fmt.Errorf("servers must not run as root: %w", err)
	}
	uid, err := strconv.ParseUint(nobody.Uid, 10, 32)
	if err != nil {
		return nil, fmt.Errorf("user nobody: %w", err)
	}
	gid, err := strconv.ParseUint(nobody.Gid, 10, 32)
	if err != nil {
		return nil, fmt.Errorf("user nobody: %w", err)
	}
	return &User{UID: uint32(uid), GID: uint32(gid)}, nil
}

// memory is where Linux keeps files in memory. Databases of tests are made and dropped there at half the cost.
const memory = "/dev/shm"

// memoryNeeded is how many bytes have to be free. The databases of all tests take a gigabyte or two.
const memoryNeeded = 6 << 30

// makeDataDir makes the directory of the servers' data, which their user alone can enter: in the state directory, or
// under /var/tmp when that user cannot reach the state directory. Data that no test expects to outlive its server stays
// in memory.
func (o ServerOptions) makeDataDir(ctx context.Context, owner *User) (string, error) {
	home := filepath.Join(o.Dir, "servers")
	switch {
	case o.Ephemeral && !o.Durable && free(memory) > memoryNeeded && canEnter(ctx, owner, memory) && removeOwned(o.dirBelow(memory), owner) == nil:
		home = o.dirBelow(memory)
	case !canEnter(ctx, owner, o.Dir):
		home = o.dirBelow("/var/tmp")
	}
	if err := removeOwned(home, owner); err != nil { // left over: its passwords are not known any more
		return "", err
	}
	if err := os.Mkdir(home, 0o700); err != nil {
		return "", err
	}
	if owner == nil {
		return home, nil
	}
	return home, os.Chown(home, int(owner.UID), int(owner.GID))
}

// dirBelow is the directory for this state directory in a place that all checkouts share.
func (o ServerOptions) dirBelow(place string) string {
	sum := sha256.Sum256([]byte(o.Dir))
	return filepath.Join(place, "mintfax-"+hex.EncodeToString(sum[:8]))
}

// free is how many bytes may still be written below a directory.
func free(dir string) uint64 {
	var stat syscall.Statfs_t
	if err := syscall.Statfs(dir, &stat); err != nil {
		return 0
	}
	return stat.Bavail * uint64(stat.Bsize) //nolint:gosec // the size of a block
}

// canEnter tries whether the user can enter dir, so that every rule of the system counts.
func canEnter(ctx context.Context, owner *User, dir string) bool {
	cmd := exec.CommandContext(ctx, "/bin/sh", "-c", `cd "$0"`, dir)
	cmd.Dir = "/"
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: owner.Credential()}
	return cmd.Run() == nil
}

// removeOwned deletes the directory if it is one and belongs to the servers' user; anything else in
// its place is somebody else's.
func removeOwned(dir string, owner *User) error {
	info, err := os.Lstat(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	want := uint32(os.Geteuid()) //nolint:gosec // user ids have 32 bits
	if owner != nil {
		want = owner.UID
	}
	status, ok := info.Sys().(*syscall.Stat_t)
	if !ok || !info.IsDir() || status.Uid != want {
		return fmt.Errorf("%s is in the way and not ours: please move it", dir)
	}
	return os.RemoveAll(dir)
}

// writeOwned writes a file that only the servers' user can read.
func writeOwned(path, content string, owner *User) error {
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		return err
	}
	if owner == nil {
		return nil
	}
	return os.Chown(path, int(owner.UID), int(owner.GID))
}

// makeOwnedDir makes a directory that only the servers' user can enter.
func makeOwnedDir(path string, owner *User) error {
	if err := os.MkdirAll(path, 0o700); err != nil {
		return err
	}
	if owner == nil {
		return nil
	}
	return os.Chown(path, int(owner.UID), int(owner.GID))
}
