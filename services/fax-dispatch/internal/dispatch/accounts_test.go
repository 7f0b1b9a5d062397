package dispatch_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/carrier"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/dispatch"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/fax"
	"github.com/mintfax/mintfax/shared/contract"
)

// operator is what reaches the operator of a dispatcher.
type operator struct {
	log     bytes.Buffer
	metrics *prometheus.Registry
}

func watched(d *dispatch.Dispatcher) *operator {
	o := &operator{metrics: prometheus.NewRegistry()}
	d.Accounts = dispatch.NewAccounts(o.metrics, slog.New(slog.NewTextHandler(&o.log, nil)))
	return o
}

func (o *operator) requireAlerts(t *testing.T, times int, name, word string) {
	t.Helper()
	families, err := o.metrics.Gather()
	require.NoError(t, err)
	require.Len(t, families, 1)
	require.Equal(t, "mintfax_carrier_account_failures_total", families[0].GetName())
	require.Len(t, families[0].GetMetric(), 1)
	counted := families[0].GetMetric()[0]
	require.EqualValues(t, times, counted.GetCounter().GetValue())
	require.Equal(t, []string{name, word}, []string{counted.GetLabel()[0].GetValue(), counted.GetLabel()[1].GetValue()})
	require.Equal(t, 1, strings.Count(o.log.String(), "\n"), "one line, however many faxes meet it: %s", o.log.String())
	require.Contains(t, o.log.String(), "level=ERROR")
	require.Contains(t, o.log.String(), "carrier="+name+" word="+word)
}

func unpaid(attempt string) carrier.Report {
	return carrier.Report{Knowledge: carrier.Ended, Outcome: fax.AccountRefused("account_disabled"), Ref: "ref-" + attempt}
}

func TestAFaxGoesByTheNextCarrierWhenTheOperatorsAccountIsRefused(t *testing.T) {
	f := setup(t)
	first, second := &remote{name: "one"}, &remote{name: "two"}
	id, d := f.live(t, "+12125551234", first, second)
	o := watched(d)
	require.NoError(t, d.Handle(t.Context(), "id", f.Work(t)[0]))
	require.NotEmpty(t, f.later(t), "it is asked about later")
	attempt := f.attemptID(t, id)

	var reports sync.WaitGroup
	for range 8 {
		reports.Go(func() { require.NoError(t, d.Report(t.Context(), "one", attempt, unpaid(attempt))) })
	}
	reports.Wait()
	for _, work := range f.Work(t) {
		require.NoError(t, d.Handle(t.Context(), "id", work))
	}
	require.NoError(t, d.Report(t.Context(), "one", attempt, unpaid(attempt)), "a late report")
	require.Equal(t, 1, first.placed[attempt])
	require.Equal(t, 1, second.placed[attempt])
	require.NoError(t, d.Report(t.Context(), "two", attempt, carrier.Report{Knowledge: carrier.Ended, Ref: "ref-" + attempt}))
	fax := f.fax(t, f.Live, id)
	require.Equal(t, contract.FaxStatusDelivered, fax.Status)
	require.Len(t, fax.Attempts, 1, "it is the same attempt")
	require.Equal(t, 1, strings.Count(o.log.String(), "\n"))
}

func TestACarrierThatRefusedAnAttemptForTheAccountIsNotOfferedItAgain(t *testing.T) {
	f := setup(t)
	first, second := &remote{name: "one"}, &remote{name: "two", refuses: true}
	id, d := f.live(t, "+12125551234", first, second)
	work := f.Work(t)[0]
	require.NoError(t, d.Handle(t.Context(), "id", work))
	attempt := f.attemptID(t, id)
	require.NoError(t, d.Report(t.Context(), "one", attempt, unpaid(attempt)))
	for range 3 {
		require.NoError(t, d.Handle(t.Context(), "id", work))
	}
	require.Equal(t, 1, first.placed[attempt], "it would find the call that it has ended")
	require.Equal(t, contract.FaxStatusInProgress, f.fax(t, f.Live, id).Status, "the other one may take it yet")
	second.refuses = false
	require.NoError(t, d.Handle(t.Context(), "id", work))
	require.Equal(t, 1, second.placed[attempt])
	require.NoError(t, d.Report(t.Context(), "two", attempt, unpaid(attempt)))
	fax := f.fax(t, f.Live, id)
	require.Equal(t, contract.FaxStatusFailed, fax.Status, "nobody is left")
	require.Equal(t, []string{"no_route"}, codes(fax))
	require.Equal(t, "account_disabled", text(fax.ErrorSubcode))
}

func TestARefusedAccountIsLoggedOnceAndCountedEachTime(t *testing.T) {
	f := setup(t)
	r := &remote{name: "one"}
	_, d := f.live(t, "+12125551234", r)
	f.submit(t, f.Live, "+12125551235", "")
	o := watched(d)
	r.refusal = fmt.Errorf("%w: %w", carrier.ErrNotPlaced, carrier.AccountError{Word: "http_402"})
	works := f.Work(t)
	require.Len(t, works, 2)
	for _, work := range works {
		require.NoError(t, d.Handle(t.Context(), "id", work))
	}
	o.requireAlerts(t, 2, "one", "http_402")
}

// earlier is a carrier that is counted what earlier attempts met.
type earlier struct {
	*remote
	counted [][]string
}

func (e *earlier) Send(ctx context.Context, call carrier.Call) (carrier.Report, error) {
	e.counted = append(e.counted, call.Earlier)
	report, err := e.remote.Send(ctx, call)
	if err == nil {
		report = carrier.End(fax.Failed(fax.LineQuality, fmt.Sprintf("word_%d", call.Number)))
	}
	return report, err
}

func TestAnAttemptKnowsHowEarlierOnesFailed(t *testing.T) {
	f := setup(t)
	r := &earlier{remote: &remote{name: "one"}}
	id, d := f.live(t, "+12125551234", r.remote)
	d.Carriers["one"] = r
	for work := f.later(t); len(work) > 0; work = f.later(t) {
		require.NoError(t, d.Handle(t.Context(), "id", work[0]))
	}
	require.Equal(t, contract.FaxStatusFailed, f.fax(t, f.Live, id).Status)
	require.Equal(t, [][]string{nil, {"word_1"}, {"word_1", "word_2"}}, r.counted)
}
