// Package browser drives a headless Chromium as a user does: by the text of buttons and labels.
package browser
