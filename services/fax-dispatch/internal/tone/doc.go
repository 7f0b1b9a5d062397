// Package tone turns grey pages into black and white ones.
package tone
