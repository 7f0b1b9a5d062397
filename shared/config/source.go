package config

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Directory is the setting that names a directory in which the file NAME holds the value of the setting
// NAME. It keeps secrets out of the environment, which anyone who can inspect the container can read.
const Directory = "SETTINGS_DIR"

// given returns the settings of the environment and of the files. The environment takes precedence. An empty
// variable counts as unset, so that a composed environment can leave a setting to its file or default.
func given() (map[string]string, error) {
	found := map[string]string{}
	for _, entry := range os.Environ() {
		if name, value, _ := strings.Cut(entry, "="); value != "" {
			found[name] = value
		}
	}
	dir := found[Directory]
	if dir == "" {
		return found, nil
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", Directory, err)
	}
	var problems []error
	for _, entry := range entries {
		if _, set := found[entry.Name()]; set || strings.HasPrefix(entry.Name(), ".") {
			continue
		}
		value, err := readSetting(filepath.Join(dir, entry.Name()))
		if err != nil {
			problems = append(problems, fmt.Errorf("%s: %w", Directory, err))
		} else if value != "" {
			found[entry.Name()] = value
		}
	}
	return found, errors.Join(problems...)
}

// readSetting drops the newline that editors and echo append. It ignores entries that are not regular files.
func readSetting(path string) (string, error) {
	info, err := os.Stat(path) // a mounted secret may be a link
	if errors.Is(err, fs.ErrNotExist) || err == nil && !info.Mode().IsRegular() {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return "", err
	}
	return strings.TrimSuffix(strings.TrimSuffix(string(text), "\n"), "\r"), nil
}
