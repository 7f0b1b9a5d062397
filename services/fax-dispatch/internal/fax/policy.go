package fax

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
	"time"
)

const (
	// jitter is the largest share by which a wait is lengthened, so that faxes that failed together are not retried together.
	// No wait is shortened: carriers and some countries prescribe the least.
	jitter = 0.2
	// longestGrown is where waits stop growing.
	longestGrown = 10 * time.Minute

	defaultTries  = 5
	defaultWithin = 4 * time.Hour
)

// Policy says how often and how soon a failure is retried.
type Policy struct {
	Waits  []time.Duration // after the first try, the second, and so on
	Growth float64         // factor on the last wait each time it is used again, up to ten minutes
	Tries  int             // at most, the first one included
	Within time.Duration   // all tries begin this soon after the first
}

// ParsePolicy reads a policy from a setting: waits separated by commas, then, where the defaults do not fit, the growth (1),
// the tries (5) and the time for all of them (4h), as in "30s,1m growth=2 tries=12 within=1h".
func ParsePolicy(text string) (Policy, error) {
	words := strings.Fields(text)
	if len(words) == 0 {
		return Policy{}, errors.New("needs at least one wait, as 3m,5m")
	}
	p := Policy{Growth: 1, Tries: defaultTries, Within: defaultWithin}
	for wait := range strings.SplitSeq(words[0], ",") {
		parsed, err := time.ParseDuration(wait)
		if err != nil || parsed <= 0 {
			return Policy{}, fmt.Errorf("%q is no wait, as 30s or 3m", wait)
		}
		p.Waits = append(p.Waits, parsed)
	}
	for _, word := range words[1:] {
		if err := p.set(word); err != nil {
			return Policy{}, err
		}
	}
	return p, nil
}

func (p *Policy) set(word string) (err error) {
	name, value, _ := strings.Cut(word, "=")
	switch name {
	case "growth":
		p.Growth, err = strconv.ParseFloat(value, 64)
		if err != nil || p.Growth < 1 || p.Growth > 10 {
			return fmt.Errorf("growth is a number from 1 to 10, not %q", value)
		}
	case "tries":
		p.Tries, err = strconv.Atoi(value)
		if err != nil || p.Tries < 1 {
			return fmt.Errorf("tries is a whole number from 1, not %q", value)
		}
	case "within":
		p.Within, err = time.ParseDuration(value)
		if err != nil || p.Within <= 0 {
			return fmt.Errorf("within is a time, as 4h, not %q", value)
		}
	default:
		return fmt.Errorf("%q is none of growth=, tries= and within=", word)
	}
	return nil
}

// Next returns the delay between try number, which ended at age since the first one began, and the next one. It returns
// false when there is no next try.
func (p Policy) Next(number int, age time.Duration) (time.Duration, bool) {
	wait := p.wait(number)
	if number >= p.Tries || age+wait > p.Within {
		return 0, false
	}
	return wait + time.Duration(rand.Float64()*jitter*float64(wait)), true //nolint:gosec // guessing it gains nothing
}

func (p Policy) wait(number int) time.Duration {
	if number <= len(p.Waits) {
		return p.Waits[number-1]
	}
	last := p.Waits[len(p.Waits)-1]
	grown := float64(last) * math.Pow(p.Growth, float64(number-len(p.Waits)))
	return time.Duration(min(grown, float64(max(last, longestGrown))))
}
