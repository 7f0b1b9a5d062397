// Package debian installs server programs from Debian's or Ubuntu's packages, without starting the
// instances that those packages set up for themselves.
package debian
