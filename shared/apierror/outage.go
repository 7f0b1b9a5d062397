package apierror

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

// IsOutage reports whether an error means that a server, such as the database, is unavailable or shutting down. The
// caller may retry: nothing is wrong with its request.
func IsOutage(err error) bool {
	for _, sign := range []error{
		context.DeadlineExceeded, context.Canceled, os.ErrDeadlineExceeded, io.EOF, io.ErrUnexpectedEOF, net.ErrClosed,
		syscall.ECONNREFUSED, syscall.ECONNRESET, syscall.EPIPE, driver.ErrBadConn, sql.ErrConnDone,
	} {
		if errors.Is(err, sign) {
			return true
		}
	}
	if state, ok := errors.AsType[interface {
		error
		SQLState() string
	}](err); ok {
		return isOutageState(state.SQLState())
	}
	// pgx: the statement was not sent, because its connection is broken.
	unsent, ok := errors.AsType[interface {
		error
		SafeToRetry() bool
	}](err)
	return ok && unsent.SafeToRetry()
}

// isOutageState reports whether a SQLSTATE means that the server is shutting down, starting up, or out of connections:
// PostgreSQL's documentation, appendix A, classes 08 and 57 and state 53300. A statement that exceeded its time or lock
// limit (57014, 55P03) may succeed on a retry.
func isOutageState(state string) bool {
	switch state {
	case "57P01", "57P02", "57P03", "57014", "55P03", "53300":
		return true
	default:
		return strings.HasPrefix(state, "08")
	}
}
