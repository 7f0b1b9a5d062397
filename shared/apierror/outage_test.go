package apierror_test

import (
	"errors"
	"fmt"
	"io"
	"net"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/shared/apierror"
)

type sqlError string

func (e sqlError) Error() string    { return string(e) }
func (e sqlError) SQLState() string { return string(e) }

type unsentError bool

func (e unsentError) Error() string     { return "conn closed" }
func (e unsentError) SafeToRetry() bool { return bool(e) }

func TestUnavailableServerIsOutageAndBugIsNot(t *testing.T) {
	for _, err := range []error{
		io.ErrUnexpectedEOF, &net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}, sqlError("57P01"), sqlError("57P03"),
		sqlError("08006"), sqlError("53300"), unsentError(true),
	} {
		require.True(t, apierror.IsOutage(fmt.Errorf("read the account: %w", err)), "%v", err)
	}
	for _, err := range []error{errors.New("nil map"), sqlError("23505"), sqlError("42501"), unsentError(false)} {
		require.False(t, apierror.IsOutage(fmt.Errorf("read the account: %w", err)), "%v", err)
	}
}
