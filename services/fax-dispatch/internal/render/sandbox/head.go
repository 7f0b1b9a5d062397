package sandbox

import "bytes"

// Head is a writer that keeps the first bytes and discards the rest. It does not embed its buffer: a promoted ReadFrom
// would let io.Copy, by which os/exec reads pipes, circumvent the limit.
type Head struct {
	buffer bytes.Buffer
	limit  int
}

// NewHead returns a Head that keeps at most limit bytes.
func NewHead(limit int) *Head { return &Head{limit: limit} }

func (h *Head) Write(p []byte) (int, error) {
	h.buffer.Write(p[:min(len(p), h.limit-h.buffer.Len())])
	return len(p), nil
}

func (h *Head) String() string { return h.buffer.String() }
