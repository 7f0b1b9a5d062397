// Package previews shows the pages of faxes as images, and keeps in Redis the previews of faxes that are not sent yet.
package previews
