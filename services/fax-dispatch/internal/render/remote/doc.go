// Package remote has office documents converted in a container of its own: both ends of the HTTP between fax-dispatch
// and the converter.
package remote
