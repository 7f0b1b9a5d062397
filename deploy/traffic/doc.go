// Package traffic is many customers at once, who remember what they were promised. They send faxes and
// buy packages while a mintfax is being broken, try again as the API tells them to, and afterwards
// look whether every promise was kept.
package traffic
