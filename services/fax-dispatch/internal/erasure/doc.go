// Package erasure removes what is personal in faxes: when their senders say so, and when their time is over.
package erasure
