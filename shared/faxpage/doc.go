// Package faxpage represents fax pages, 1728 black or white pixels wide. It encodes them with ITU-T T.6, which TIFF
// calls Group 4, and writes and reads them as TIFF files of class F.
package faxpage
