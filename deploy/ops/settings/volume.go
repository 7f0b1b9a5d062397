package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// readable is for every user, because the servers' users differ. Nobody but the one container that
// mounts the volume gets to see it.
const readable = 0o444

// fill writes a file for each setting into the volume. With only it deletes what else is there.
func fill(volume string, settings map[string]string, only bool) error {
	for name, value := range settings {
		if err := replace(filepath.Join(volume, name), value+"\n", readable); err != nil {
			return fmt.Errorf("write a setting: %w", err)
		}
	}
	if !only {
		return nil
	}
	entries, err := os.ReadDir(volume)
	if err != nil {
		return err
	}
	var problems []error
	for _, entry := range entries {
		if _, wanted := settings[entry.Name()]; !wanted {
			problems = append(problems, os.RemoveAll(filepath.Join(volume, entry.Name())))
		}
	}
	return errors.Join(problems...)
}

// replace makes the file appear whole: its reader may be starting at this moment.
func replace(path, text string, mode os.FileMode) error {
	partial := filepath.Join(filepath.Dir(path), "."+filepath.Base(path)+".new")
	if err := os.Remove(partial); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err // what a killed run left cannot be written to
	}
	if err := os.WriteFile(partial, []byte(text), mode); err != nil {
		return err
	}
	return os.Rename(partial, path)
}
