// Package group4 encodes fax pages as ITU-T T.6 says, which TIFF calls Group 4.
package group4
