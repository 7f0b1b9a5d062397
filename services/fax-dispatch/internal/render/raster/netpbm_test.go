package raster_test

import (
	"bufio"
	"bytes"
	"errors"
	"image"
	"io"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/raster"
)

func FuzzAnyInputIsAPictureOrAnError(f *testing.F) {
	for _, seed := range []string{"P4\n9 2\n\xff\xff\xff\xff", "P5\n3 2\n255\nabcdef", "P5 1 1 65535\n", "P4 99999999 9999999\n", "P4\n0 0\n", "P6"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		from := bufio.NewReader(bytes.NewReader(content))
		for {
			r, err := raster.ReadNetpbm(from, 1_000_000)
			if err != nil {
				known := []error{io.EOF, io.ErrUnexpectedEOF, raster.ErrNetpbm, raster.ErrTooManyPixels}
				require.True(t, errors.Is(errors.Join(known...), err) || errors.Is(err, raster.ErrNetpbm), "%v", err)
				return
			}
			require.Equal(t, image.Rect(0, 0, r.Width, r.Height), r.Greys().Rect)
		}
	})
}

func TestOneIsBlack(t *testing.T) {
	r, err := raster.ReadNetpbm(bufio.NewReader(bytes.NewReader([]byte("P4 9 1\n\x40\x80"))), 100)
	require.NoError(t, err)
	require.Equal(t, []byte{255, 0, 255, 255, 255, 255, 255, 255, 0}, r.Greys().Pix)
}
