// Package faxpage is what a fax machine takes: pages of 1728 black or white pixels in a line.
package faxpage
