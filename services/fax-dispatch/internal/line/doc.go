// Package line lets one live fax at a time go to a number, whoever sends it: a second call would find the line busy with
// the first. Who waits is a row and no message; the end of the call before wakes who has waited longest.
package line
