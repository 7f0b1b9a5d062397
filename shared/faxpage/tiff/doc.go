// Package tiff writes and reads fax pages as TIFF files of class F, compressed by Group 4.
package tiff
