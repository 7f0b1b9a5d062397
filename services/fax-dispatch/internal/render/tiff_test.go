package render_test

import (
	"encoding/binary"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/document"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/raster"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/rendertest"
	"github.com/mintfax/mintfax/shared/faxpage"
)

// copied is a file of the field as libtiff writes it with these options.
func copied(t *testing.T, name string, options ...string) []byte {
	t.Helper()
	rendertest.Installed(t, "tiffcp", "libtiff-tools")
	to := filepath.Join(t.TempDir(), "copy.tif")
	output, err := exec.Command("tiffcp", append(options, filepath.Join("testdata", "field", name), to)...).CombinedOutput()
	require.NoError(t, err, "%v: %s", options, output)
	content, err := os.ReadFile(to)
	require.NoError(t, err)
	return content
}

func TestATIFFIsTheSamePageHoweverItIsStored(t *testing.T) {
	r := rendertest.Renderer(t)
	for name, ways := range map[string][][]string{
		"gs-g3.tif": {
			{"-c", "none"},
			{"-c", "g3:1d"},
			{"-c", "g3:2d"},
			{"-c", "g3:2d:fill"},
			{"-c", "g4"},
			{"-c", "lzw"},
			{"-c", "zip"},
			{"-c", "packbits"},
			{"-c", "g4", "-f", "lsb2msb"},
			{"-c", "g4", "-B"},
			{"-c", "g4", "-8"},
			{"-c", "g4", "-t"},
			{"-c", "g4", "-r", "7"},
		},
		"orient6.tif": {{"-c", "none"}, {"-c", "zip:p2"}, {"-c", "lzw", "-p", "separate"}, {"-c", "none", "-t", "-w", "64", "-l", "48"}, {"-8", "-B"}},
	} {
		_, want, err := rendertest.Pages(t.Context(), r, field(t, name), faxpage.Fine)
		require.NoError(t, err)
		for _, options := range ways {
			_, got, err := rendertest.Pages(t.Context(), r, copied(t, name, options...), faxpage.Fine)
			require.NoError(t, err, "%s %v", name, options)
			require.True(t, want[0].Lines == got[0].Lines && string(want[0].Code) == string(got[0].Code), "%s %v", name, options)
		}
	}
}

// What may be missing is the name of the program that wrote the file.
func TestATIFFWithoutItsEndIsRefusedOrWhole(t *testing.T) {
	r := rendertest.Renderer(t)
	whole := copied(t, "gs-g3.tif", "-c", "g4", "-r", "100")
	_, want, err := rendertest.Pages(t.Context(), r, whole, faxpage.Fine)
	require.NoError(t, err)
	for cut := len(whole) - 1; cut > 0; cut -= len(whole)/40 + 1 {
		_, got, err := rendertest.Pages(t.Context(), r, whole[:cut], faxpage.Fine)
		if err == nil {
			require.Equal(t, want, got)
			continue
		}
		_, refused := errors.AsType[document.Refusal](err)
		require.True(t, refused, "cut at %d of %d: %v", cut, len(whole), err)
	}
}

func FuzzATIFFIsPagesOrRefused(f *testing.F) {
	program := rendertest.Programs(f).TIFF
	for _, compression := range []uint16{1, 3, 4, 32773} {
		f.Add(smallTIFF(compression))
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		pages := 0
		err := raster.TIFF(t.Context(), program, content, document.Job{Sheet: document.Letter, Resolution: faxpage.Standard}, func(document.Page) error {
			if pages++; pages > 50 {
				return document.ErrTooLong
			}
			return nil
		})
		_, refused := errors.AsType[document.Refusal](err)
		require.True(t, err == nil && pages > 0 || refused, "%d pages, %v", pages, err)
	})
}

// smallTIFF is a picture of 16 by 4 dots.
func smallTIFF(compression uint16) []byte {
	le := binary.LittleEndian
	data := []byte{0x26, 0xa0, 0x5f, 0xff, 0x00, 0x18, 0x18, 0x00}
	file := append(le.AppendUint32([]byte("II*\x00"), uint32(8+len(data))), data...)
	entries := [][2]uint16{{256, 16}, {257, 4}, {258, 1}, {259, compression}, {262, 0}, {273, 8}, {277, 1}, {278, 4}, {279, uint16(len(data))}}
	file = le.AppendUint16(file, uint16(len(entries)))
	for _, e := range entries {
		file = le.AppendUint16(le.AppendUint16(file, e[0]), 3)
		file = le.AppendUint32(le.AppendUint32(file, 1), uint32(e[1]))
	}
	return le.AppendUint32(file, 0)
}
