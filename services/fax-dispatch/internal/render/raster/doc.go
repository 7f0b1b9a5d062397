// Package raster converts pictures (PNG, JPEG, TIFF and what drawing programs write) to fax pages: it scales, rotates and
// dithers them, and splits long ones.
package raster
