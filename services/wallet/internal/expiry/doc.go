// Package expiry ends holds that were forgotten, as their faxes ended.
package expiry
