package load

import (
	"fmt"
	"maps"
	"slices"
	"sync"
)

// maxLines bounds how much of the same is remembered.
const maxLines = 20

// journal is what customers were promised, and what went wrong for them.
type journal struct {
	mu                sync.Mutex
	keys              map[string]string // idempotency key to fax; empty while there is no answer
	buyers            []string          // accounts that have paid for one starter package
	unexpectedAnswers []string          // answers that should never be given
	lost              map[string]int    // requests without an answer, by what they were
	retries           map[string]int    // answers to try again
	lines             []string
	overflow          int // unexpectedAnswers beyond those kept
}

func (b *journal) init() {
	b.keys, b.lost, b.retries = map[string]string{}, map[string]int{}, map[string]int{}
}

func (b *journal) recordSent(key string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.keys[key] = ""
}

func (b *journal) recordAccepted(key, fax string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.keys[key] = fax
}

func (b *journal) recordPaid(account string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.buyers = append(b.buyers, account)
}

func (b *journal) unexpected(format string, args ...any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.unexpectedAnswers) >= maxLines {
		b.overflow++
		return
	}
	b.unexpectedAnswers = append(b.unexpectedAnswers, fmt.Sprintf(format, args...))
}

// recordLost is a request that got no answer: a connection that broke or was refused.
func (b *journal) recordLost(what, why string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.lost[what]++
	if len(b.lines) < maxLines {
		b.lines = append(b.lines, what+": "+why)
	}
}

func (b *journal) retried(what string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.retries[what]++
}

func (b *journal) note(line string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.lines = append(b.lines, line)
}

// Lost is how many requests got no answer so far.
func (b *journal) Lost() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	sum := 0
	for n := range maps.Values(b.lost) {
		sum += n
	}
	return sum
}

// Accepted is how many faxes were accepted so far, and Paid how many packages were paid.
func (b *journal) Accepted() int {
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
func (b *journal) Paid() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.buyers)
}

func (b *journal) summary() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	lines := slices.Clone(b.lines)
	for _, counted := range []map[string]int{b.lost, b.retries} {
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
