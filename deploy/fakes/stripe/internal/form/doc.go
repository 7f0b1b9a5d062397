// Package form reads Stripe's parameters: form encoding with brackets for nesting, as in
// line_items[0][price_data][currency]=usd, and refuses what a request may not say.
package form
