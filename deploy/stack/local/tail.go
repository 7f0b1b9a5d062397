package local

import (
	"fmt"
	"io"
	"os"
	"strings"
)

const tailBytes = 8 << 10

// Tail returns the last lines of a log, indented for a message, under a heading with its path.
func Tail(path string, lines int) string {
	text, err := lastBytes(path)
	if err != nil {
		return fmt.Sprintf("(%s cannot be read: %v)", path, err)
	}
	text = strings.TrimRight(text, "\n")
	if text == "" {
		return fmt.Sprintf("(%s is empty)", path)
	}
	all := strings.Split(text, "\n")
	if len(all) > lines {
		all = all[len(all)-lines:]
	}
	return "the end of " + path + ":\n    " + strings.Join(all, "\n    ")
}

func lastBytes(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return "", err
	}
	start := max(0, info.Size()-tailBytes)
	part, err := io.ReadAll(io.NewSectionReader(f, start, info.Size()-start))
	return string(part), err
}
