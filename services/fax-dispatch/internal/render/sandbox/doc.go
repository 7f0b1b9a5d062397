// Package confine replaces this process by another program under limits.
package sandbox
