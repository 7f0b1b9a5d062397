package hostile

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
)

const mega = 1 << 20

// zeros is so many of them as zlib compresses them, some 1000:1. It is made of a piece that is repeated: to compress a
// gigabyte takes seconds.
func zeros(count int) []byte {
	piece := make([]byte, mega)
	var packed bytes.Buffer
	w, _ := flate.NewWriter(&packed, flate.BestCompression)
	next := func(length int) []byte {
		packed.Reset()
		_, _ = w.Write(piece[:length])
		_ = w.Flush()
		return bytes.Clone(packed.Bytes())
	}
	out := append([]byte{0x78, 0xda}, next(min(count, mega))...)
	if more := count/mega - 1; more > 0 {
		out = append(out, bytes.Repeat(next(mega), more)...)
	}
	if rest := count % mega; count > mega && rest > 0 {
		out = append(out, next(rest)...)
	}
	const empty, modulus = 0x03, 65_521 // the last block, and that of Adler-32
	return binary.BigEndian.AppendUint32(append(out, empty, 0), uint32(count%modulus)<<16|1)
}
