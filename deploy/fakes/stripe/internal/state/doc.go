// Package state keeps everything the emulator knows, in memory.
package state
