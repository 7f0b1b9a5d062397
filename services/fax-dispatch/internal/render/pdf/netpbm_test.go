package pdf

import (
	"bufio"
	"bytes"
	"errors"
	"image"
	"io"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/job"
	"github.com/mintfax/mintfax/shared/faxpage"
)

func FuzzWhatADrawerWritesIsAPictureOrNone(f *testing.F) {
	for _, seed := range []string{"P4\n9 2\n\xff\xff\xff\xff", "P5\n3 2\n255\nabcdef", "P5 1 1 65535\n", "P4 99999999 9999999\n", "P4\n0 0\n", "P6"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		from := bufio.NewReader(bytes.NewReader(content))
		for {
			grey, bits, err := nextPicture(from)
			if err != nil {
				require.True(t, errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, errPicture), "%v", err)
				return
			}
			page := (run{}).page(grey, bits, job.Job{Resolution: faxpage.Fine})
			require.Equal(t, height(grey, bits), page.Lines())
		}
	})
}

func height(grey *image.Gray, bits *bitmap) int {
	if bits != nil {
		return bits.height
	}
	return grey.Rect.Dy()
}
