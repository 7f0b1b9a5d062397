// Package carriers sends faxes through a carrier with which much goes wrong, while the dispatchers are killed.
package carriers
