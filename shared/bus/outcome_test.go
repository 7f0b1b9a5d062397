package bus

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
)

func TestOutcomeOfAMessage(t *testing.T) {
	passing, hopeless := errors.New("not now"), Permanent(errors.New("never"))
	for _, c := range []struct {
		err   error
		tries int64
		want  outcome
	}{
		{nil, 1, outcomeDone},
		{nil, maxTries, outcomeDone},
		{Permanent(nil), 1, outcomeDone},
		{passing, 1, outcomeAgain},
		{passing, maxTries - 1, outcomeAgain},
		{passing, maxTries, outcomeDead},
		{hopeless, 1, outcomeDead},
		{fmt.Errorf("wrapped: %w", hopeless), 1, outcomeDead},
	} {
		require.Equal(t, c.want, decide(c.err, c.tries), "%v after %d", c.err, c.tries)
	}
}

func TestRetryDelaysGrow(t *testing.T) {
	want := []time.Duration{time.Second, 5 * time.Second, 30 * time.Second, 2 * time.Minute, 10 * time.Minute, 10 * time.Minute}
	for i, wait := range want {
		require.Equal(t, wait, retryDelay(int64(i)+1).wait)
	}
	require.Equal(t, 10*time.Minute, retryDelay(maxTries-1).wait)
}

func TestAReasonFitsInAHeader(t *testing.T) {
	reason := reasonOf(errors.New(strings.Repeat("ä", 300) + "\nstack"))
	require.LessOrEqual(t, len(reason), reasonLength)
	require.True(t, utf8.ValidString(reason))
	require.Equal(t, "panic: oh", reasonOf(errors.New("panic: oh\ngoroutine 1")))
}

func TestEveryMethodHasAQueue(t *testing.T) {
	for method, want := range map[string]Queue{
		"auth.check": RPCAuthCheck, "auth.key.create": RPCAuth, "billing.payment.list": RPCBilling,
		"wallet.hold": RPCWallet, "fax.get": RPCFax, "fax.submit": RPCFaxSubmit, "fax.quote": RPCFaxSubmit,
	} {
		require.Equal(t, want, queueOf(method))
	}
}
