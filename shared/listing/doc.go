// Package listing paginates lists, newest first: opaque cursors, page sizes, and the cut of a page from the rows read.
package listing
