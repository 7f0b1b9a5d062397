// Package mail sends the few mails that mintfax writes, by SMTP, or into a directory for development.
package mail
