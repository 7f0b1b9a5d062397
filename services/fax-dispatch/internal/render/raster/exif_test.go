package raster

import (
	"bytes"
	"encoding/binary"
	"testing"

	"github.com/bep/imagemeta"
	"github.com/stretchr/testify/require"
)

// withOrientation is the start of a JPEG file with the tag behind another one.
func withOrientation(order binary.AppendByteOrder, mark string, value uint16) []byte {
	exif := append([]byte("Exif\x00\x00"+mark), order.AppendUint16(nil, 42)...)
	exif = order.AppendUint32(exif, 8)
	exif = order.AppendUint16(exif, 2)
	for _, entry := range [][4]uint16{{0x100, 3, 640, 0}, {0x112, 3, value, 0}} {
		exif = order.AppendUint16(order.AppendUint16(exif, entry[0]), entry[1])
		exif = order.AppendUint32(exif, 1)
		exif = order.AppendUint16(order.AppendUint16(exif, entry[2]), entry[3])
	}
	exif = order.AppendUint32(exif, 0)
	jfif := "\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
	file := append([]byte("\xff\xd8"+jfif+"\xff\xe1"), byte((len(exif)+2)>>8), byte(len(exif)+2))
	return append(append(file, exif...), "\xff\xda\x00\x02\xff\xd9"...)
}

func TestTheOrientationIsTheOneThatALibraryReads(t *testing.T) {
	for mark, order := range map[string]binary.AppendByteOrder{"II": binary.LittleEndian, "MM": binary.BigEndian} {
		for value := uint16(1); value <= 8; value++ {
			file := withOrientation(order, mark, value)
			require.Equal(t, int(value), orientation(file))
			require.Equal(t, int(value), libraryOrientation(t, file))
			filled := bytes.Replace(file, []byte("\xff\xe1"), []byte("\xff\xff\xff\xe1"), 1) // which JPEG allows before a marker
			require.Equal(t, int(value), orientation(filled))
		}
		require.Equal(t, 1, orientation(withOrientation(order, mark, 9)))
	}
}

func libraryOrientation(t *testing.T, file []byte) (found int) {
	t.Helper()
	_, err := imagemeta.Decode(imagemeta.Options{
		R: bytes.NewReader(file), ImageFormat: imagemeta.JPEG, Sources: imagemeta.EXIF,
		HandleTag: func(tag imagemeta.TagInfo) error {
			if value, ok := tag.Value.(uint16); ok && tag.Tag == "Orientation" {
				found = int(value)
			}
			return nil
		},
	})
	require.NoError(t, err)
	return found
}

func FuzzTheOrientationOfAnyFileIsOneOfEight(f *testing.F) {
	f.Add(withOrientation(binary.LittleEndian, "II", 6))
	f.Add(withOrientation(binary.BigEndian, "MM", 3))
	f.Add([]byte("\xff\xd8\xff\xe1\x00\x08Exif\x00\x00"))
	f.Fuzz(func(t *testing.T, file []byte) {
		found := orientation(file)
		require.True(t, found >= 1 && found <= 8)
	})
}
