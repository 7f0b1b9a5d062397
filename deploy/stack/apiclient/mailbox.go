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

// mailTimeout is how long a mail may take that had to be sent again.
const mailTimeout = 30 * time.Second

// Code waits for a mail to email that was sent after the code was requested, and returns its 6 digits.
func (c *Client) Code(ctx context.Context, email string, asked time.Time) (string, error) {
	deadline := time.Now().Add(mailTimeout)
	for time.Now().Before(deadline) {
		mail, err := c.newestMail(email, asked)
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
	return "", fmt.Errorf("no mail with a code for %s arrived in %s within %s", email, c.MailDir, mailTimeout)
}

// NewestMail returns the body of the newest mail to email, or nothing.
func (c *Client) NewestMail(email string) (string, error) {
	return c.newestMail(email, time.Time{})
}

// newestMail looks at mails sent after a time, which the names of their files begin with.
func (c *Client) newestMail(email string, after time.Time) (string, error) {
	files, err := filepath.Glob(filepath.Join(c.MailDir, "*.eml"))
	if err != nil {
		return "", err
	}
	slices.Sort(files)
	from := after.UTC().Format("20060102T150405.000000000")
	for _, file := range slices.Backward(files) {
		if filepath.Base(file) < from {
			break
		}
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
