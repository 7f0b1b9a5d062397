package codes

// The quotas of one e-mail that all unknown requesters share. A requester is unknown unless it is a known browser of the
// e-mail.
const (
	unknownCodesPerHour   = 60  // of both purposes
	unknownAttemptsPerDay = 240 // wrong ones
)

// usage is how much of a quota one requester has used, and how much all who share it have.
type usage struct {
	own, total int
}

// admits reports whether the requester may use one more of the quota. The quota that a requester sees shrinks with its own
// usage: the first request is admitted while the total is below the quota, the second while it is below half, and so
// on. So a few frequent requesters cannot use up what others need.
func (u usage) admits(quota int) bool { return (u.own+1)*u.total < quota }
