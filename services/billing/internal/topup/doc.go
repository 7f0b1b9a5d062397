// Package topup charges saved cards for credit packages, with nobody present.
package topup
