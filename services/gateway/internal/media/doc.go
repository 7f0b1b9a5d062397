// Package media receives and serves the content of faxes. It reads the multipart form of a fax as a stream, fields into
// memory and files straight into staging storage, and renders stored pages as images.
package media
