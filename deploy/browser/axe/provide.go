package axe

import (
	"archive/tar"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
)

// Variable of the environment that tells tests where the script is.
const Variable = "AXE_SCRIPT"

// The script is under the Mozilla Public License 2.0. It is a tool of the tests: no page of mintfax brings it.
const (
	version    = "4.14.1"
	sum        = "29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c"
	inArchive  = "package/axe.min.js"
	mostScript = 2 << 20 // bytes
)

// Provide returns the path of the script in dir. What is not there yet is fetched by npm.
func Provide(ctx context.Context, dir string) (string, error) {
	path := filepath.Join(dir, "axe-core-"+version+".min.js")
	if script, err := os.ReadFile(path); err == nil && isTheScript(script) {
		return path, nil
	}
	script, err := fetch(ctx)
	if err != nil {
		return "", fmt.Errorf("axe-core, with which the tests of the dashboard look at its pages: %w", err)
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", err
	}
	fresh := fmt.Sprintf("%s.%d", path, os.Getpid())
	if err := os.WriteFile(fresh, script, 0o600); err != nil {
		return "", err
	}
	return path, os.Rename(fresh, path)
}

func fetch(ctx context.Context) (script []byte, err error) {
	dir, err := os.MkdirTemp("", "mintfax-axe-")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	cmd := exec.CommandContext(ctx, "npm", "pack", "--silent", "axe-core@"+version)
	cmd.Dir = dir
	if said, err := cmd.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("npm pack: %w: %s", err, said)
	}
	archive, err := os.Open(filepath.Join(dir, "axe-core-"+version+".tgz"))
	if err != nil {
		return nil, err
	}
	defer archive.Close()
	return unpack(archive)
}

func unpack(archive io.Reader) ([]byte, error) {
	plain, err := gzip.NewReader(archive)
	if err != nil {
		return nil, err
	}
	files := tar.NewReader(plain)
	for {
		header, err := files.Next()
		if err != nil {
			return nil, fmt.Errorf("look for %s: %w", inArchive, err)
		}
		if header.Name != inArchive {
			continue
		}
		script, err := io.ReadAll(io.LimitReader(files, mostScript))
		if err == nil && !isTheScript(script) {
			err = errors.New("it is not the script that was expected")
		}
		return script, err
	}
}

func isTheScript(script []byte) bool {
	digest := sha256.Sum256(script)
	return hex.EncodeToString(digest[:]) == sum
}
