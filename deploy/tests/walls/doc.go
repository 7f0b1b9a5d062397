// Package walls tests the project's structure: imports, layers, sizes of files and packages, images and
// containers.
package walls
