// Package controls is /_emulator/: how tests disturb the emulator and look behind it. Package control
// has the types of its JSON.
package controls
