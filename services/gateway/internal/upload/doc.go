// Package upload reads the multipart form of a fax as a stream: fields into memory, files straight
// into staging storage.
package upload
