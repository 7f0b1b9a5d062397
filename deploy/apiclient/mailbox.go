package apiclient

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"
)

var codeLine = regexp.MustCompile(`(?m)\b(\d{6})\b`)

// Code waits, at most 10 s, for a mail to email and returns its 6-digit code.
func (c *Client) Code(ctx context.Context, email string) (string, error) {
	deadline := time.Now().Add(10 * time.Second)
	for time.Now().Before(deadline) {
		mail, err := c.NewestMail(email)
		if err != nil {
			return "", err
		}
		if code := codeLine.FindString(mail); code != "" {
			return code, nil
		}
		select {
		case <-ctx.Done():
			return "", ctx.Err()
		case <-time.After(20 * time.Millisecond):
		}
	}
	return "", fmt.Errorf("no mail with a code for %s arrived in %s within 10 s", email, c.MailDir)
}

// NewestMail returns the body of the newest mail to email, or nothing.
func (c *Client) NewestMail(email string) (string, error) {
	files, err := filepath.Glob(filepath.Join(c.MailDir, "*.eml"))
	if err != nil {
		return "", err
	}
	slices.Sort(files)
	for _, file := range slices.Backward(files) {
		mail, err := os.ReadFile(file)
		if err != nil {
			return "", err
		}
		head, body, _ := strings.Cut(strings.ReplaceAll(string(mail), "\r\n", "\n"), "\n\n")
		if strings.Contains(strings.ToLower(head), "<"+strings.ToLower(email)+">") {
			return body, nil
		}
	}
	return "", nil
}
