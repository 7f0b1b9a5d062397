// Package job says what is to become of a document: pages of which kind.
package job
