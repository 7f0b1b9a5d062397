package codes

// Strangers are askers that are no known browser of the e-mail. All of them together have these for one e-mail.
const (
	strangersCodes   = 60  // an hour, of both purposes
	strangersGuesses = 240 // wrong ones in a day
)

// share is what an asker has used of a bound, and what all who share it have.
type share struct {
	mine, all int
}

// leaves reports whether there is one more for this asker. The bound shrinks with what the asker had already: whoever
// comes first from somewhere finds a place as long as all others together have less than the bound, and the second
// time less than half of it. So a few who ask often never take the place of one who asks once.
func (s share) leaves(bound int) bool { return (s.mine+1)*s.all < bound }
