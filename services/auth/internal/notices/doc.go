// Package notices mails people what other services have to tell them.
package notices
