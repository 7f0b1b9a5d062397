package codes

// Bounds of the codes for one e-mail, by purpose. A code takes five guesses, of its asker alone, so that strangers
// have at most 5 x 200 guesses a day at a million codes: one chance in a thousand, when they have 60 addresses and
// keep at it for all of that day. The owner is let in meanwhile: as one more asker, and where strangers have used up all
// that is for strangers, from an address from which they have signed in before.
const (
	maxGuesses = 5 // for a code

	perAsker   = 5   // codes in an hour
	perAddress = 15  // in an hour, whatever cookies come from there
	again      = 20  // in an hour for all, beyond which only who has none yet gets one
	perHour    = 60  // in an hour for all
	perDay     = 200 // for all
)

// counts are the codes for one e-mail.
type counts struct {
	Asker, Address, Hour, Day int

	Known bool    // the address is one of the owner's
	Wait  float64 // seconds until the oldest of the hour does not count any more
}

func (c counts) allowed() bool {
	if c.Asker >= perAsker || c.Address >= perAddress {
		return false
	}
	if c.Known {
		return true
	}
	return (c.Hour < again || c.Asker == 0) && c.Hour < perHour && c.Day < perDay
}
