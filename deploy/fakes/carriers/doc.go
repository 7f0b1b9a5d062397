// Package carrierfakes imitates the fax APIs of Telnyx and Sinch, as they are documented, with what can go wrong
// between them and us.
package carriers
