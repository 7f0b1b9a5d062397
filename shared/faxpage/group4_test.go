package faxpage_test

import (
	"bytes"
	"io"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/image/ccitt"

	"github.com/mintfax/mintfax/shared/faxpage"
)

func decode(t *testing.T, code []byte, lines int) []byte {
	t.Helper()
	decoded, err := io.ReadAll(ccitt.NewReader(bytes.NewReader(code), ccitt.MSB, ccitt.Group4, faxpage.Width, lines, &ccitt.Options{Invert: true}))
	require.NoError(t, err)
	return decoded
}

// runsOf returns a line of runs of the given lengths, white first. The next colour fills the rest of the line.
func runsOf(lengths ...int) []byte {
	page := faxpage.New(1)
	x := 0
	for i := 0; x < faxpage.Width; i++ {
		for range lengths[i%len(lengths)] {
			if x < faxpage.Width && i%2 == 1 {
				page.Blacken(x, 0)
			}
			x++
		}
	}
	return page.Bits
}

func TestEveryRunLengthOfBothColoursRoundTrips(t *testing.T) {
	for length := range faxpage.Width + 1 {
		page := faxpage.Page{}
		for _, line := range [][]byte{
			runsOf(length, faxpage.Width), runsOf(0, length, faxpage.Width), runsOf(3, length, 7, faxpage.Width), runsOf(max(length, 1), 1),
		} {
			page.Bits = append(page.Bits, line...)
		}
		require.Equal(t, page.Bits, decode(t, faxpage.EncodeGroup4(page), page.Lines()), "runs of %d", length)
	}
}

func TestPagesOfEveryDensityRoundTrip(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for density := range 101 {
		page := faxpage.New(50)
		for y := range page.Lines() {
			if y > 0 {
				copy(page.Line(y), page.Line(y-1)) // lines resemble the one above, as on real pages
			}
			for range density * 5 {
				page.Bits[y*faxpage.Stride+random.IntN(faxpage.Stride)] ^= byte(1 << random.IntN(8))
			}
		}
		require.Equal(t, page.Bits, decode(t, faxpage.EncodeGroup4(page), page.Lines()), "density %d", density)
	}
}

func FuzzWhateverIsOnAPageComesBack(f *testing.F) {
	f.Add([]byte{}, byte(0))
	f.Add([]byte{0xff, 0x00, 0x0f}, byte(7))
	f.Add(runsOf(1, 1), byte(216))
	f.Fuzz(func(t *testing.T, pattern []byte, shift byte) {
		page := faxpage.New(1 + len(pattern)/64%20)
		for i := range page.Bits {
			if len(pattern) > 0 {
				page.Bits[i] = pattern[(i+i/faxpage.Stride*int(shift))%len(pattern)]
			}
		}
		require.Equal(t, page.Bits, decode(t, faxpage.EncodeGroup4(page), page.Lines()))
	})
}
