// Package load generates load. Run offers work at a fixed rate, however long each piece takes: a closed
// loop, as Closed is one, offers less when a system is slow, and so hides that it was. Traffic is a set of
// customers who send faxes and buy packages, retry as the API says, and verify what they were promised.
package load
