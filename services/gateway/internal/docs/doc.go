// Package docs serves the API's reference: a page to read, a page for every error, the OpenAPI
// document, and a summary for language models.
package docs
