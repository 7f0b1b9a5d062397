// Package axe brings axe-core, which looks for barriers to people with disabilities, to the tests of the dashboard.
package axe
