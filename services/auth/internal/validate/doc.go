// Package validate judges the fields that several requests have, in the words that clients read.
package validate
