// Package telnyx sends faxes by Telnyx Programmable Fax, version 2 of its API.
package telnyx
