package load

import (
	"fmt"
	"maps"
	"slices"
	"sync"
)

// mostLines bounds how much of the same is remembered.
const mostLines = 20

// book is what customers were promised, and what went wrong for them.
type book struct {
	mu         sync.Mutex
	keys       map[string]string // idempotency key to fax; empty while there is no answer
	buyers     []string          // accounts that have paid for one starter package
	surprises  []string          // answers that should never be given
	lost       map[string]int    // requests without an answer, by what they were
	postponed  map[string]int    // answers to try again
	notes      []string
	moreThanIt int // surprises beyond those kept
}

func (b *book) began() {
	b.keys, b.lost, b.postponed = map[string]string{}, map[string]int{}, map[string]int{}
}

func (b *book) asked(key string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.keys[key] = ""
}

func (b *book) accepted(key, fax string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.keys[key] = fax
}

func (b *book) paid(account string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.buyers = append(b.buyers, account)
}

func (b *book) unexpected(format string, args ...any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.surprises) >= mostLines {
		b.moreThanIt++
		return
	}
	b.surprises = append(b.surprises, fmt.Sprintf(format, args...))
}

// failed is a request that got no answer: a connection that broke or was refused.
func (b *book) failed(what, why string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.lost[what]++
	if len(b.notes) < mostLines {
		b.notes = append(b.notes, what+": "+why)
	}
}

func (b *book) putOff(what string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.postponed[what]++
}

func (b *book) note(line string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.notes = append(b.notes, line)
}

// Lost is how many requests got no answer so far.
func (b *book) Lost() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	sum := 0
	for n := range maps.Values(b.lost) {
		sum += n
	}
	return sum
}

// Accepted is how many faxes were accepted so far, and Paid how many packages were paid.
func (b *book) Accepted() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	n := 0
	for fax := range maps.Values(b.keys) {
		if fax != "" {
			n++
		}
	}
	return n
}

// Paid is how many packages were paid so far.
func (b *book) Paid() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.buyers)
}

func (b *book) summary() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	lines := slices.Clone(b.notes)
	for _, counted := range []map[string]int{b.lost, b.postponed} {
		for _, what := range slices.Sorted(maps.Keys(counted)) {
			word := "answered to try again"
			if _, isLost := b.lost[what]; isLost {
				word = "without an answer"
			}
			lines = append(lines, fmt.Sprintf("%s: %d %s", what, counted[what], word))
		}
	}
	return lines
}
