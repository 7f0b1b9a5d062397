package edge

import (
	"errors"
	"io"
	"os"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/shared/apierror"
)

// sender is a connection that delivers a number of bytes at a time, after a pause.
type sender struct {
	pause    time.Duration
	bytes    int
	left     int
	deadline time.Time
}

func (s *sender) setDeadline(at time.Time) error {
	s.deadline = at
	return nil
}

func (s *sender) Read(p []byte) (int, error) {
	if s.left == 0 {
		return 0, io.EOF
	}
	if end := time.Now().Add(s.pause); !s.deadline.IsZero() && end.After(s.deadline) {
		time.Sleep(time.Until(s.deadline))
		return 0, os.ErrDeadlineExceeded
	}
	time.Sleep(s.pause)
	n := min(len(p), s.bytes, s.left)
	s.left -= n
	return n, nil
}

func TestBodyThatIsTooSlowIsRefusedInSeconds(t *testing.T) {
	for name, c := range map[string]struct {
		pause       time.Duration
		bytes, left int
		refused     bool
	}{
		"at once":                {0, 1 << 20, 10 << 20, false},
		"a slow line":            {time.Second, 200 << 10, 10 << 20, false},
		"a slow line, slower":    {time.Second, 9 << 10, 300 << 10, false},
		"a pause of 3 s":         {3 * time.Second, 1 << 20, 3 << 20, false},
		"a pause of 5 s":         {5 * time.Second, 1 << 20, 3 << 20, true},
		"a byte at a time":       {100 * time.Millisecond, 1, 1 << 20, true},
		"endless, within reason": {time.Second, 20 << 10, 1 << 40, true},
	} {
		synctest.Test(t, func(t *testing.T) {
			s := &sender{pause: c.pause, bytes: c.bytes, left: c.left}
			p := &pacedBody{ReadCloser: io.NopCloser(s), setDeadline: s.setDeadline, end: time.Now().Add(bodyTimeout)}
			began := time.Now()
			read, err := io.CopyBuffer(struct{ io.Writer }{io.Discard}, p, make([]byte, 1<<20))
			took := time.Since(began)
			if !c.refused {
				require.NoError(t, err, name)
				require.EqualValues(t, c.left, read, name)
				require.True(t, s.deadline.IsZero(), "%s: a deadline stays, which would end the answer", name)
				return
			}
			require.ErrorIs(t, err, apierror.New(apierror.RequestTimeout), name)
			require.LessOrEqual(t, took, bodyTimeout, name)
			_, again := p.Read(make([]byte, 1))
			require.True(t, errors.Is(again, err), name)
			if c.left < 1<<40 {
				require.Less(t, took, 6*time.Second, name)
			}
		})
	}
}
