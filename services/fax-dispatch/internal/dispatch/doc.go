// Package dispatch takes a fax from due to its final status: it makes each attempt once, chooses carriers, applies what they
// report, retries, cancels, and ends every fax exactly once.
//
//	Due ──work──► Handle ──begin──► place ──Send──► apply ──► finish: delivered, failed, or queued for the next attempt
//	                 ▲                ▲               │
//	                 │                └── offerNext ◄─┤ certainly not placed: the next carrier, or all again later
//	                 └────────── later ◄──────────────┘ running or undetermined: ask the carrier, never just send again
package dispatch
