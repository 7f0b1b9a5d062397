// Package faximage shows the pages of a fax: all of them as they are sent, or one for eyes.
package faximage
