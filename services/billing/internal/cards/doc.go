// Package cards takes saved cards away: those that their owner removes, and those that another replaced.
package cards
