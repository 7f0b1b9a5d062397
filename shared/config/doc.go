// Package config reads a service's settings from the environment, and from nowhere else.
package config
