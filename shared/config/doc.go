// Package config reads a service's settings from the environment and, when SETTINGS_DIR names one,
// from a directory with a file for each setting.
package config
