// Package browser drives a headless Chromium as a person does: by the words on buttons and labels.
package browser
