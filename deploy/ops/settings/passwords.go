package main

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// passwords are the servers' own. A server takes its password when its data is made, so they live as
// long as the data.
type passwords struct{ postgres, rabbitmq, redis string }

func loadPasswords(dir string) (passwords, error) {
	var p passwords
	for name, password := range map[string]*string{"postgres": &p.postgres, "rabbitmq": &p.rabbitmq, "redis": &p.redis} {
		path := filepath.Join(dir, name+".password")
		text, err := os.ReadFile(path)
		if errors.Is(err, fs.ErrNotExist) {
			text = []byte(rand.Text())
			err = replace(path, string(text), 0o600)
		}
		if err != nil {
			return p, err
		}
		if *password = strings.TrimSpace(string(text)); *password == "" {
			return p, fmt.Errorf("%s is empty", path)
		}
	}
	return p, nil
}
