// Package siege lets strangers and free accounts attack a running whole from many addresses of loopback at once, while a
// paying customer sends faxes and is held to what it was promised.
package siege
