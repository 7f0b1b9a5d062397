// Package picture lays pictures out on fax pages.
package raster
