// Package carriertest is the conformance suite that every carrier passes.
package carriertest
