// Package carriers sends faxes through carriers that fail in many ways, while dispatchers are killed.
package carriers
