// Package sinch sends faxes by the Sinch Fax API, version 3.
package sinch
