// Package media takes in and gives out the content of faxes: it reads the multipart form of a fax as a stream, fields
// into memory and files straight into staging storage, and renders stored pages as images.
package media
