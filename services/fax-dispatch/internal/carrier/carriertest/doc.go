// Package carriertest is what every carrier has to pass.
package carriertest
