// Package cancel ends faxes that their senders do not want any more.
package cancel
