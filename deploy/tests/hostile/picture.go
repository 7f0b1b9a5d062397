package hostile

import (
	"bytes"
	"compress/lzw"
	"encoding/binary"
	"hash/crc32"
	goimage "image"
	"image/jpeg"
	"math/rand/v2"
)

// noise is the same each time.
func noise(bytes int) string {
	random := rand.New(rand.NewPCG(1, 2))
	out := make([]byte, bytes)
	for i := range out {
		out[i] = byte(random.Uint32())
	}
	return string(out)
}

// pngOf is a PNG file of zeros.
func pngOf(width, height uint32, depth, colour, interlaced byte, more ...[]byte) []byte {
	channels := map[byte]uint64{0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[colour]
	line := (uint64(width)*channels*uint64(depth) + 7) / 8
	header := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, width), height)
	out := append([]byte("\x89PNG\r\n\x1a\n"), chunk("IHDR", append(header, depth, colour, 0, 0, interlaced))...)
	if colour == 3 {
		out = append(out, chunk("PLTE", []byte{0, 0, 0})...)
	}
	for _, extra := range more {
		out = append(out, extra...)
	}
	return append(append(out, chunk("IDAT", zeros(int(line+1)*int(height)))...), chunk("IEND", nil)...)
}

func chunk(kind string, content []byte) []byte {
	out := binary.BigEndian.AppendUint32(nil, uint32(len(content)))
	body := append([]byte(kind), content...)
	return binary.BigEndian.AppendUint32(append(out, body...), crc32.ChecksumIEEE(body))
}

func goodJPEG(width, height int) []byte {
	var out bytes.Buffer
	_ = jpeg.Encode(&out, goimage.NewYCbCr(goimage.Rect(0, 0, width, height), goimage.YCbCrSubsampleRatio420), nil)
	return out.Bytes()
}

// claimedJPEG says that it is so wide and high, and has little of it.
func claimedJPEG(side uint16) []byte {
	small := goodJPEG(8, 8)
	at := bytes.Index(small, []byte{0xff, 0xc0})
	binary.BigEndian.PutUint16(small[at+5:], side)
	binary.BigEndian.PutUint16(small[at+7:], side)
	return small
}

// scans is a progressive JPEG of so many scans, each of which goes through all of the picture.
func scans(side uint16, count int) []byte {
	out := []byte{0xff, 0xd8, 0xff, 0xdb, 0, 67, 0}
	out = append(out, bytes.Repeat([]byte{1}, 64)...)
	out = append(out, 0xff, 0xc2, 0, 11, 8, byte(side>>8), byte(side), byte(side>>8), byte(side), 1, 1, 0x11, 0)
	table := append(make([]byte, 16), 0x00)
	table[0] = 1 // one code of one bit: the end of a block
	out = append(append(out, 0xff, 0xc4, 0, 20, 0x00), table...)
	out = append(append(out, 0xff, 0xc4, 0, 20, 0x10), table...)
	blocks := int(side/8) * int(side/8)
	dc := append([]byte{0xff, 0xda, 0, 8, 1, 1, 0, 0, 0, 0}, make([]byte, (blocks+7)/8)...)
	out = append(out, dc...)
	ac := append([]byte{0xff, 0xda, 0, 8, 1, 1, 0, 1, 63, 0}, make([]byte, (blocks+7)/8)...)
	for range count {
		out = append(out, ac...)
	}
	return append(out, 0xff, 0xd9)
}

type entry struct {
	tag, kind uint16
	count     uint32
	value     uint32
}

// tiffOf is a TIFF file of so many directories, which share their data, at offset 8.
func tiffOf(directories int, data []byte, entries ...entry) []byte {
	out := binary.LittleEndian.AppendUint32([]byte("II*\x00"), uint32(8+len(data)))
	out = append(out, data...)
	for n := range directories {
		out = binary.LittleEndian.AppendUint16(out, uint16(len(entries)))
		for _, e := range entries {
			out = binary.LittleEndian.AppendUint16(out, e.tag)
			out = binary.LittleEndian.AppendUint16(out, e.kind)
			out = binary.LittleEndian.AppendUint32(out, e.count)
			out = binary.LittleEndian.AppendUint32(out, e.value)
		}
		next := uint32(0)
		if n+1 < directories {
			next = uint32(len(out) + 4)
		}
		out = binary.LittleEndian.AppendUint32(out, next)
	}
	return out
}

func strip(width, height, bits, compression, length uint32) []entry {
	return []entry{
		{256, 4, 1, width},
		{257, 4, 1, height},
		{258, 3, 1, bits},
		{259, 3, 1, compression},
		{262, 3, 1, 0},
		{273, 4, 1, 8},
		{277, 3, 1, 1},
		{278, 4, 1, height},
		{279, 4, 1, length},
	}
}

func lzwZeros(bytes_ int) []byte {
	var out bytes.Buffer
	w := lzw.NewWriter(&out, lzw.MSB, 8) // not quite TIFF's, which changes its width one code earlier
	_, _ = w.Write(make([]byte, bytes_))
	_ = w.Close()
	return out.Bytes()
}

func deflateTIFF(directories int, side uint32) []byte {
	data := zeros(int(side) * int(side))
	return tiffOf(directories, data, strip(side, side, 8, 8, uint32(len(data)))...)
}

// pictures are the pictures of the corpus.
func pictures() []Case {
	return []Case{
		file("tiff/65,535 squared", "too_large", func() []byte { return tiffOf(1, []byte{1, 2, 3, 4}, strip(65_535, 65_535, 1, 1, 4)...) }),
		file("tiff/65,535 squared, Group 4", "too_large", func() []byte { return tiffOf(1, []byte{0, 0x10, 1, 0}, strip(65_535, 65_535, 1, 4, 4)...) }),
		file("tiff/65,535 squared, 32 bits", "too_large", func() []byte { return tiffOf(1, []byte{1, 2, 3, 4}, strip(65_535, 65_535, 32, 5, 4)...) }),
		file("tiff/4,294,967,295 squared", "too_large|damaged", func() []byte { return tiffOf(1, []byte{1, 2, 3, 4}, strip(1<<32-1, 1<<32-1, 8, 1, 4)...) }),
		file("tiff/truncated", "damaged|too_complex", func() []byte { instance := deflateTIFF(2, 500); return instance[:len(instance)-30] }),
		file("tiff/directories in a circle", "damaged|too_complex", func() []byte {
			instance := deflateTIFF(1, 100)
			binary.LittleEndian.PutUint32(instance[len(instance)-4:], binary.LittleEndian.Uint32(instance[4:]))
			return instance
		}),
		file("tiff/a strip beyond the file", "damaged|too_complex|accepted", func() []byte { return tiffOf(1, []byte{1, 2, 3, 4}, strip(8, 8, 8, 1, 1<<31)...) }),
		file("tiff/5,000 directories", "damaged|too_complex|validation_failed", func() []byte { return deflateTIFF(5000, 16) }),
		file("tiff/351 directories", "validation_failed", func() []byte { return deflateTIFF(351, 16) }),
		long("tiff/350 directories of 12,000 squared", "damaged|too_complex|too_large", func() []byte { return deflateTIFF(350, 12_000) }),
		long("tiff/350 directories of 3,000 squared", "damaged|too_complex|accepted", func() []byte { return deflateTIFF(350, 3_000) }),
		file("tiff/LZW that swells", "damaged|too_complex|too_large", func() []byte {
			data := lzwZeros(144_000_000)
			return tiffOf(1, data, strip(12_000, 12_000, 8, 5, uint32(len(data)))...)
		}),
		file("tiff/more in its strip than it says", "damaged|too_complex|accepted", func() []byte {
			data := zeros(1000 * mega)
			return tiffOf(1, data, strip(100, 100, 8, 8, uint32(len(data)))...)
		}),
		file("tiff/an odd compression", "damaged|too_complex", func() []byte { return tiffOf(1, []byte{1, 2, 3, 4}, strip(8, 8, 1, 34_712, 4)...) }),
		file("tiff/Group 3 of noise", "damaged|too_complex|accepted", func() []byte { return tiffOf(1, []byte(noise(5000)), strip(1728, 2200, 1, 3, 5000)...) }),
		file("tiff/Group 4 of noise", "damaged|too_complex|accepted", func() []byte { return tiffOf(1, []byte(noise(5000)), strip(1728, 2200, 1, 4, 5000)...) }),
		file("tiff/tiles of one pixel", "damaged|too_complex|accepted", func() []byte {
			data := make([]byte, 4_000_000)
			for i := range 500_000 {
				binary.LittleEndian.PutUint32(data[i*4:], 8)
				binary.LittleEndian.PutUint32(data[2_000_000+i*4:], 1)
			}
			return tiffOf(1, data, entry{256, 4, 1, 1000}, entry{257, 4, 1, 500}, entry{258, 3, 1, 8}, entry{259, 3, 1, 1}, entry{262, 3, 1, 1},
				entry{277, 3, 1, 1}, entry{322, 4, 1, 1}, entry{323, 4, 1, 1}, entry{324, 4, 500_000, 8}, entry{325, 4, 500_000, 2_000_008})
		}),
		file("tiff/a tile of a billion", "damaged|too_complex|too_large", func() []byte {
			return tiffOf(1, []byte{1, 2, 3, 4}, entry{256, 4, 1, 10}, entry{257, 4, 1, 10}, entry{258, 3, 1, 8}, entry{259, 3, 1, 1}, entry{262, 3, 1, 1},
				entry{277, 3, 1, 1}, entry{322, 4, 1, 1_000_000_000}, entry{323, 4, 1, 1_000_000_000}, entry{324, 4, 1, 8}, entry{325, 4, 1, 4})
		}),
		file("png/40,000 squared", "too_large", func() []byte { return pngOf(40_000, 40_000, 1, 0, 0) }),
		heavy("png/12,000 squared", "accepted|damaged|too_complex", func() []byte { return pngOf(12_000, 12_000, 8, 0, 0) }),
		heavy("png/12,000 squared, woven", "accepted|damaged|too_complex", func() []byte { return pngOf(12_000, 12_000, 8, 0, 1) }),
		heavy("png/4,400 squared, 16 bits", "accepted|damaged|too_complex", func() []byte { return pngOf(4_400, 4_400, 16, 6, 1) }),
		heavy("png/4,400 squared, 16 bits of colour", "accepted|damaged|too_complex", func() []byte { return pngOf(4_400, 4_400, 16, 2, 0) }),
		heavy("png/one bit, 12,000 squared", "accepted|damaged|too_complex", func() []byte { return pngOf(12_000, 12_000, 1, 0, 1) }),
		file("png/160 million by one", "accepted|damaged|too_large", func() []byte { return pngOf(160_000_000, 1, 8, 0, 0) }),
		heavy("png/one by 160 million", "too_complex|accepted|damaged|too_large", func() []byte { return pngOf(1, 160_000_000, 1, 0, 0) }),
		heavy("png/a palette of one", "accepted|damaged|too_complex", func() []byte { return pngOf(9_000, 9_000, 8, 3, 1) }),
		file("png/a note that swells", "accepted", func() []byte {
			return pngOf(9, 9, 8, 0, 0, chunk("zTXt", append([]byte("a\x00\x00"), zeros(1000*mega)...)))
		}),
		file("png/moving", "accepted", func() []byte {
			return pngOf(9, 9, 8, 0, 0, chunk("acTL", []byte{0, 0xff, 0xff, 0xff, 0, 0, 0, 0}))
		}),
		file("png/more pixels than it says", "damaged|too_complex|accepted", func() []byte {
			instance := pngOf(9, 9, 8, 0, 0)
			return append(append(instance[:33:33], chunk("IDAT", zeros(1000*mega))...), chunk("IEND", nil)...)
		}),
		file("png/a million empty chunks", "accepted|damaged|too_complex", func() []byte {
			return pngOf(9, 9, 8, 0, 0, bytes.Repeat(chunk("tEXt", nil), 800_000))
		}),
		file("png/truncated", "damaged|too_complex", func() []byte { instance := pngOf(100, 100, 8, 0, 0); return instance[:len(instance)-13] }),
		file("jpeg/65,500 squared", "too_large", func() []byte { return claimedJPEG(65_500) }),
		file("jpeg/7,000 squared and empty", "damaged|too_complex|accepted", func() []byte { return claimedJPEG(7_000) }),
		file("jpeg/truncated", "damaged|too_complex", func() []byte { instance := goodJPEG(500, 500); return instance[:len(instance)/2] }),
		file("jpeg/3,000 scans", "damaged|too_complex|accepted", func() []byte { return scans(1000, 3000) }),
		file("jpeg/scans of 4,000 squared", "damaged|too_complex|accepted", func() []byte { return scans(4000, 300) }),
		file("jpeg/Exif that leads nowhere", "accepted|damaged|too_complex", func() []byte {
			instance := goodJPEG(64, 64)
			exif := append([]byte("Exif\x00\x00II*\x00"), []byte(noise(1000))...)
			return append(append([]byte{0xff, 0xd8, 0xff, 0xe1, byte((len(exif) + 2) >> 8), byte(len(exif) + 2)}, exif...), instance[2:]...)
		}),
		file("jpeg/Exif in a circle", "accepted|damaged|too_complex", func() []byte {
			instance := goodJPEG(64, 64)
			exif := append([]byte("Exif\x00\x00II*\x00\x08\x00\x00\x00\x01\x00\x69\x87\x04\x00\x01\x00\x00\x00\x08\x00\x00\x00\x08\x00\x00\x00"), make([]byte, 16)...)
			return append(append([]byte{0xff, 0xd8, 0xff, 0xe1, 0, byte(len(exif) + 2)}, exif...), instance[2:]...)
		}),
	}
}
