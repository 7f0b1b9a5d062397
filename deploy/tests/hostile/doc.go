// Package hostile sends documents and forms that are malformed, endless, or expensive on purpose. It measures
// what each costs, and how regular faxes fare meanwhile.
package hostile
