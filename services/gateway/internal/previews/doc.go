// Package previews keeps where the pages of faxes lie that a person looks at before sending them, in Redis.
package previews
