package bus

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"syscall"
)

// isOutage reports whether an error says that a server is away or going away, most of all the
// database. The asker may try again, and nothing is wrong with the question or with us.
func isOutage(err error) bool {
	for _, sign := range []error{
		context.DeadlineExceeded, context.Canceled, os.ErrDeadlineExceeded, io.EOF, io.ErrUnexpectedEOF, net.ErrClosed,
		syscall.ECONNREFUSED, syscall.ECONNRESET, syscall.EPIPE, driver.ErrBadConn, sql.ErrConnDone,
	} {
		if errors.Is(err, sign) {
			return true
		}
	}
	if told, ok := errors.AsType[interface {
		error
		SQLState() string
	}](err); ok {
		return isOutageState(told.SQLState())
	}
	// What pgx says of a statement that was not sent, because its connection has broken.
	unsent, ok := errors.AsType[interface {
		error
		SafeToRetry() bool
	}](err)
	return ok && unsent.SafeToRetry()
}

// isOutageState knows the states of a server that shuts down, starts, or has no room: PostgreSQL's
// documentation, appendix A, classes 08 and 57 and state 53300. A statement that took too long, or waited too long for a
// lock (57014, 55P03), may be quick when it is tried again.
func isOutageState(state string) bool {
	switch state {
	case "57P01", "57P02", "57P03", "57014", "55P03", "53300":
		return true
	default:
		return strings.HasPrefix(state, "08")
	}
}
