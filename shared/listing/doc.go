// Package listing pages through lists, newest first: opaque cursors, page sizes, and the cut of a page from what was read.
package listing
