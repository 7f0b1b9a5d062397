package main

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

// axeVariable names axe-core, the accessibility checker, to the tests.
const axeVariable = "AXE_SCRIPT"

// The script is under the Mozilla Public License 2.0. It is a tool of the tests: no page of mintfax brings it.
const (
	axeVersion   = "4.14.1"
	axeSum       = "29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c"
	axeInArchive = "package/axe.min.js"
	maxAxeScript = 2 << 20 // bytes
)

// provideAxe returns the path of the script in dir. What is not there yet is fetched by npm.
func provideAxe(ctx context.Context, dir string) (string, error) {
	path := filepath.Join(dir, "axe-core-"+axeVersion+".min.js")
	if script, err := os.ReadFile(path); err == nil && isAxe(script) {
		return path, nil
	}
	script, err := fetchAxe(ctx)
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

func fetchAxe(ctx context.Context) (script []byte, err error) {
	dir, err := os.MkdirTemp("", "mintfax-axe-")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	cmd := exec.CommandContext(ctx, "npm", "pack", "--silent", "axe-core@"+axeVersion)
	cmd.Dir = dir
	if said, err := cmd.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("npm pack: %w: %s", err, said)
	}
	archive, err := os.Open(filepath.Join(dir, "axe-core-"+axeVersion+".tgz"))
	if err != nil {
		return nil, err
	}
	defer archive.Close()
	return unpackAxe(archive)
}

func unpackAxe(archive io.Reader) ([]byte, error) {
	plain, err := gzip.NewReader(archive)
	if err != nil {
		return nil, err
	}
	files := tar.NewReader(plain)
	for {
		header, err := files.Next()
		if err != nil {
			return nil, fmt.Errorf("look for %s: %w", axeInArchive, err)
		}
		if header.Name != axeInArchive {
			continue
		}
		script, err := io.ReadAll(io.LimitReader(files, maxAxeScript))
		if err == nil && !isAxe(script) {
			err = errors.New("it is not the script that was expected")
		}
		return script, err
	}
}

func isAxe(script []byte) bool {
	digest := sha256.Sum256(script)
	return hex.EncodeToString(digest[:]) == axeSum
}
