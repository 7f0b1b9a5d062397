package picture

import (
	"encoding/binary"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/document"
)

const (
	short = 3
	long  = 4
)

type entry struct {
	tag, kind uint16
	value     uint32
}

// tiffOf makes a file whose directories follow each other, with one strip of four bytes for all.
func tiffOf(order binary.AppendByteOrder, magic string, directories ...[]entry) []byte {
	file := order.AppendUint32([]byte(magic), 12)
	file = append(file, 1, 2, 3, 4) // the strip, at 8
	for i, entries := range directories {
		file = order.AppendUint16(file, uint16(len(entries)))
		for _, e := range entries {
			file = order.AppendUint16(order.AppendUint16(file, e.tag), e.kind)
			file = order.AppendUint32(file, 1)
			if e.kind == short {
				file = order.AppendUint16(order.AppendUint16(file, uint16(e.value)), 0)
				continue
			}
			file = order.AppendUint32(file, e.value)
		}
		next := uint32(0)
		if i < len(directories)-1 {
			next = uint32(len(file) + 4)
		}
		file = order.AppendUint32(file, next)
	}
	return file
}

func little(directories ...[]entry) []byte {
	return tiffOf(binary.LittleEndian, "II*\x00", directories...)
}

func page(more ...entry) []entry {
	return append([]entry{{256, short, 1728}, {257, long, 2200}, {273, long, 8}, {279, short, 4}}, more...)
}

func TestEveryDirectoryOfATIFFIsAPage(t *testing.T) {
	for _, file := range [][]byte{
		little(page(), page(), page()),
		tiffOf(binary.BigEndian, "MM\x00*", page(), page(), page()),
		little(page(), page(entry{254, long, 1}), page(entry{254, long, 2}), page(entry{254, long, 4}), page()),
		little([]entry{{256, short, 64}, {257, short, 64}, {324, long, 8}, {325, long, 4}}, page(), page()),
	} {
		found, err := tiffPages(file)
		require.NoError(t, err)
		require.Len(t, found, 3)
	}
}

func TestABrokenTIFFIsRefused(t *testing.T) {
	whole := little(page(), page())
	for cut := range whole {
		_, err := tiffPages(whole[:cut])
		require.ErrorIs(t, err, document.ErrDamaged, "cut at %d", cut)
	}
	for name, entries := range map[string][]entry{
		"no picture":        {{256, short, 1}, {257, short, 1}},
		"no size":           {{273, long, 8}, {279, long, 4}},
		"no width":          {{256, short, 0}, {257, short, 9}, {273, long, 8}, {279, long, 4}},
		"strip outside":     {{256, short, 1}, {257, short, 1}, {273, long, 9999}, {279, long, 4}},
		"strip too long":    {{256, short, 1}, {257, short, 1}, {273, long, 8}, {279, long, 4_000_000_000}},
		"sizes are missing": {{256, short, 1}, {257, short, 1}, {273, long, 8}},
	} {
		_, err := tiffPages(little(entries))
		require.ErrorIs(t, err, document.ErrDamaged, name)
	}
}

func TestALoopOfDirectoriesEnds(t *testing.T) {
	file := little(page(), page())
	binary.LittleEndian.PutUint32(file[len(file)-4:], 12)
	_, err := tiffPages(file)
	require.ErrorIs(t, err, document.ErrDamaged)
}

func FuzzTIFF(f *testing.F) {
	f.Add(little(page(), page()))
	f.Add(tiffOf(binary.BigEndian, "MM\x00*", page()))
	f.Add([]byte("II*\x00\x08\x00\x00\x00\xff\xff"))
	f.Fuzz(func(t *testing.T, content []byte) {
		found, err := tiffPages(content)
		require.True(t, err == nil || len(found) == 0)
		require.LessOrEqual(t, len(found)*12, len(content)+12)
	})
}
