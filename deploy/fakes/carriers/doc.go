// Package carriers imitates the fax APIs of Telnyx and Sinch as they are documented, with injected faults
// between the carrier and mintfax.
package carriers
