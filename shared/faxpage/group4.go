package faxpage

import (
	"encoding/binary"
	"math/bits"
)

// EncodeGroup4 returns the code of a page, with the end-of-block code, padded to a whole byte.
func EncodeGroup4(page Page) []byte {
	e := encoder{out: make([]byte, 0, 1<<16)}
	above, line := make([]int, 0, changesAtMost), make([]int, 0, changesAtMost)
	above = changes(above, nil)
	for y := range page.Lines() {
		line = changes(line[:0], page.Line(y))
		e.line(line, above)
		above, line = line, above
	}
	e.put(endOfBlock)
	e.flush()
	return e.out
}

// The list of changes ends with several copies of the width, so that a lookup never runs past it.
const (
	ends          = 4
	changesAtMost = Width + ends
)

// changes lists where the colour changes, starting from white before the first pixel: at even indexes to
// black, at odd ones to white.
func changes(list []int, line []byte) []int {
	last := uint64(0)
	for at := 0; at < len(line); at += 8 {
		word := binary.BigEndian.Uint64(line[at:])
		changed := word ^ (word>>1 | last<<63)
		last = word & 1
		for changed != 0 {
			n := bits.LeadingZeros64(changed)
			list = append(list, at*8+n)
			changed &^= 1 << (63 - n)
		}
	}
	for range ends {
		list = append(list, Width)
	}
	return list
}

type encoder struct {
	out  []byte
	bits uint64
	used uint8 // number of low bits in use
}

// line encodes a line relative to the changes of the line above. The names a0 to b2 are those of ITU-T T.6.
func (e *encoder) line(line, above []int) {
	const before = -1 // the start of a line: a change at pixel 0 is to the right of it
	a0, next, near := before, 0, 0
	for a0 < Width {
		a1 := line[next]
		near = rightOf(above, near, a0, next%2)
		b1, b2 := above[near], above[near+1]
		switch {
		case b2 < a1:
			e.put(pass)
			a0 = b2
		case a1-b1 >= -3 && a1-b1 <= 3:
			e.put(vertical[a1-b1+3])
			a0, next = a1, next+1
		default:
			a2 := line[next+1]
			e.put(horizontal)
			e.run(a1-max(a0, 0), next%2)
			e.run(a2-a1, (next+1)%2)
			a0, next = a2, next+2
		}
	}
}

// rightOf returns the index of the first change of a kind, even or odd, to the right of a0. The search starts
// where the last one ended, one step back because the colour may have changed since.
func rightOf(above []int, near, a0, kind int) int {
	near = max(near-1, 0)
	if near%2 != kind {
		near++
	}
	for near >= 2 && above[near-2] > a0 {
		near -= 2
	}
	for above[near] <= a0 && above[near] < Width {
		near += 2
	}
	return near
}

// run encodes a run of pixels of one colour, 0 for white.
func (e *encoder) run(length, colour int) {
	codes := whiteRuns
	if colour == 1 {
		codes = blackRuns
	}
	if length >= 64 {
		e.put(codes.long[length/64])
	}
	e.put(codes.short[length%64])
}

func (e *encoder) put(c codeWord) {
	e.bits = e.bits<<c.length | uint64(c.bits)
	e.used += c.length
	for e.used >= 8 {
		e.used -= 8
		e.out = append(e.out, byte(e.bits>>e.used)) //nolint:gosec // the lowest eight of what is left
	}
}

func (e *encoder) flush() {
	if e.used > 0 {
		e.out = append(e.out, byte(e.bits<<(8-e.used))) //nolint:gosec // the lowest eight
		e.used = 0
	}
}
