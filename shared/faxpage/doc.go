// Package faxpage holds the pages that a fax machine takes, 1728 black or white pixels wide. It encodes them as ITU-T
// T.6 says, which TIFF calls Group 4, and writes and reads them as TIFF files of class F.
package faxpage
