package intake_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/faxtest"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/intake"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/rendertest"
	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/contract"
)

func TestMain(m *testing.M) { rendertest.Main(m) }

type fixture struct {
	*faxtest.Bench
	storage faxtest.Storage
	service *intake.Service
}

func setup(t *testing.T) fixture {
	b, storage := faxtest.New(t), faxtest.NewStorage(t)
	return fixture{b, storage, b.Submissions(t, storage)}
}

func (f fixture) request(t *testing.T, to string) contract.SubmitFaxRequest {
	return contract.SubmitFaxRequest{Tenant: f.Sandbox, To: to, Files: []contract.StagedFile{f.storage.Upload(t, "Hello.")}}
}

func (f fixture) keyed(t *testing.T, key, fingerprint string) contract.SubmitFaxRequest {
	r := f.request(t, "+15005550001")
	r.IdempotencyKey, r.Fingerprint = key, []byte(fingerprint)
	return r
}

// requireNothingLeft checks that a refusal left no fax, hold, event, key or document.
func (f fixture) requireNothingLeft(t *testing.T) {
	t.Helper()
	for _, table := range []string{"fax.faxes", "fax.documents", "fax.outbox", "fax.idempotency_keys"} {
		require.Zero(t, f.Count(t, table, "true"), table)
	}
	require.Zero(t, f.Held(t))
	require.Zero(t, f.storage.Files(t, "staging"))
	require.Zero(t, f.storage.Files(t, "documents"))
}

func TestAnAcceptedFaxHasItsHoldItsDocumentAndItsWork(t *testing.T) {
	f := setup(t)
	r := f.request(t, "+15005550001")
	r.Files = append(r.Files, f.storage.Upload(t, strings.Repeat("line\n", 61)))
	r.Tags = map[string]string{"case": "42"}
	got, err := f.service.Submit(t.Context(), r)
	require.NoError(t, err)
	require.Equal(t, contract.FaxStatusQueued, got.Fax.Status)
	require.Equal(t, 3, got.Fax.Pages)
	require.EqualValues(t, 18, got.Fax.HoldAmount)
	require.Equal(t, r.Tags, got.Fax.Tags)
	require.False(t, got.Replayed)
	require.Equal(t, 18, f.Held(t))
	require.Equal(t, []string{"fax.queued"}, f.Events(t, got.Fax.ID))
	require.Equal(t, []contract.DispatchFaxWork{{FaxID: got.Fax.ID, AttemptNumber: 1}}, f.Work(t))
	require.Zero(t, f.storage.Files(t, "staging"))
	require.Equal(t, 1, f.storage.Files(t, "documents"), "the pages, and not what they were made of")
}

func TestWhatIsAcceptedOutlastsAPowerCut(t *testing.T) {
	f := setup(t)
	metrics := prometheus.NewRegistry()
	f.service.Documents.Measure(metrics)
	before := syncs(t, metrics)
	_, err := f.service.Submit(t.Context(), f.request(t, "+15005550001"))
	require.NoError(t, err)
	require.Equal(t, 2, syncs(t, metrics)-before, "the pages, and the directory that names them")
}

func syncs(t *testing.T, metrics *prometheus.Registry) int {
	t.Helper()
	families, err := metrics.Gather()
	require.NoError(t, err)
	for _, family := range families {
		if family.GetName() == "mintfax_storage_syncs_total" {
			return int(family.GetMetric()[0].GetCounter().GetValue())
		}
	}
	require.Fail(t, "no such metric")
	return 0
}

// Whoever sends it again a moment later will have it sent.
func TestAnOfficeDocumentWaitsForAConverterThatIsAway(t *testing.T) {
	f := setup(t)
	renderer, err := render.Find(t.Context(), "http://127.0.0.1:1", 1) // where nobody listens
	require.NoError(t, err)
	f.service.Renderer = renderer
	_, err = f.service.Submit(t.Context(), contract.SubmitFaxRequest{
		Tenant: f.Sandbox, To: "+15005550001", IdempotencyKey: "a-key", Fingerprint: []byte("a-request"),
		Files: []contract.StagedFile{f.storage.Upload(t, string(rendertest.DOCX("Dear colleague,")))},
	})
	require.ErrorIs(t, err, apierror.New(apierror.ServiceUnavailable))
	f.requireNothingLeft(t)
}

func TestSevenIsThreePagesWhateverWasUploaded(t *testing.T) {
	f := setup(t)
	got, err := f.service.Submit(t.Context(), f.request(t, "+15005550007"))
	require.NoError(t, err)
	require.Equal(t, 3, got.Fax.Pages)
	require.Equal(t, 18, f.Held(t))
}

func TestRefusalsLeaveNothing(t *testing.T) {
	f := setup(t)
	long := strings.Repeat("x", 256)
	for name, c := range map[string]struct {
		change func(*contract.SubmitFaxRequest)
		code   apierror.Code
		fields []string
	}{
		"everything wrong": {func(r *contract.SubmitFaxRequest) {
			r.To, r.WebhookURL, r.MaxAttempts, r.CSID = "12125551234", "ftp://x", "6", strings.Repeat("9", 21)
			r.PageSize, r.Resolution, r.OptimizeFor, r.Tags = "a5", "superfine", "speed", map[string]string{"": ""}
		}, apierror.ValidationFailed, []string{"to", "webhook_url", "max_attempts", "csid", "page_size", "resolution", "optimize_for", "tags"}},
		"nothing":                    {func(r *contract.SubmitFaxRequest) { r.To = "" }, apierror.ValidationFailed, []string{"to"}},
		"credentials in the webhook": {func(r *contract.SubmitFaxRequest) { r.WebhookURL = "https://user:secret@example.com/" }, apierror.ValidationFailed, []string{"webhook_url"}},
		"a relative webhook":         {func(r *contract.SubmitFaxRequest) { r.WebhookURL = "/hook" }, apierror.ValidationFailed, []string{"webhook_url"}},
		"a NUL in a tag":             {func(r *contract.SubmitFaxRequest) { r.Tags = map[string]string{"a": "\x00"} }, apierror.ValidationFailed, []string{"tags"}},
		"a long tag":                 {func(r *contract.SubmitFaxRequest) { r.Tags = map[string]string{"a": long} }, apierror.ValidationFailed, []string{"tags"}},
		"zero attempts":              {func(r *contract.SubmitFaxRequest) { r.MaxAttempts = "0" }, apierror.ValidationFailed, []string{"max_attempts"}},
		"attempts in words":          {func(r *contract.SubmitFaxRequest) { r.MaxAttempts = "03" }, apierror.ValidationFailed, []string{"max_attempts"}},
		"umlauts in the csid":        {func(r *contract.SubmitFaxRequest) { r.CSID = "Büro" }, apierror.ValidationFailed, []string{"csid"}},
		"an invalid scenario number": {func(r *contract.SubmitFaxRequest) { r.To = "+15005550099" }, apierror.ValidationFailed, []string{"to"}},
		"a poor scenario number":     {func(r *contract.SubmitFaxRequest) { r.To = "+15005550006" }, apierror.InsufficientBalance, nil},
		"too many pages": {func(r *contract.SubmitFaxRequest) {
			r.Files = append(r.Files, f.storage.Upload(t, strings.Repeat("\f", 350)+"x"))
		}, apierror.ValidationFailed, []string{"file"}},
		"not a document": {func(r *contract.SubmitFaxRequest) { r.Files = append(r.Files, f.storage.Upload(t, "PK\x03\x04")) }, apierror.UnsupportedDocument, nil},
		"a broken PDF":   {func(r *contract.SubmitFaxRequest) { r.Files = append(r.Files, f.storage.Upload(t, "%PDF-1.4\n")) }, apierror.UnsupportedDocument, nil},
		"too large in all": {func(r *contract.SubmitFaxRequest) {
			r.Files = append(r.Files, f.storage.Upload(t, strings.Repeat("x", 10<<20)))
		}, apierror.ValidationFailed, []string{"file"}},
		"live, no rate":     {func(r *contract.SubmitFaxRequest) { r.Tenant, r.To = f.Live, "+442071838750" }, apierror.DestinationNotSupported, nil},
		"live, not active":  {func(r *contract.SubmitFaxRequest) { r.Tenant, r.To = f.Live, "+12125551234" }, apierror.AccountNotActivated, nil},
		"more than it has":  {func(r *contract.SubmitFaxRequest) { f.service.Wallet.Hold = f.poor }, apierror.InsufficientBalance, nil},
		"the wallet is ill": {func(r *contract.SubmitFaxRequest) { f.service.Wallet.Hold = f.lost }, apierror.ServiceUnavailable, nil},
	} {
		t.Run(name, func(t *testing.T) {
			f.service.Wallet.Hold = f.Hold
			r := f.keyed(t, "key", "print")
			c.change(&r)
			_, err := f.service.Submit(t.Context(), r)
			require.Equal(t, c.code, apierror.CodeOf(err), "%v", err)
			requireFields(t, err, c.fields)
			f.requireNothingLeft(t)
		})
	}
}

func requireFields(t *testing.T, err error, want []string) {
	t.Helper()
	if want == nil {
		return
	}
	var refusal *apierror.Error
	require.ErrorAs(t, err, &refusal)
	messages, ok := refusal.Context["errors"].(map[string][]string)
	require.True(t, ok)
	var got []string
	for field := range messages {
		got = append(got, field)
	}
	require.ElementsMatch(t, want, got)
}

// poor is a wallet with next to nothing.
func (f fixture) poor(ctx context.Context, r contract.PlaceHoldRequest) (contract.Hold, error) {
	r.Amount += faxtest.SandboxCredits
	return f.Hold(ctx, r)
}

// lost is a wallet whose answer does not arrive.
func (f fixture) lost(ctx context.Context, r contract.PlaceHoldRequest) (contract.Hold, error) {
	_, err := f.Hold(ctx, r)
	return contract.Hold{}, errors.Join(err, apierror.New(apierror.ServiceUnavailable))
}

// noVoid is a wallet that cannot be reached.
func (fixture) noVoid(context.Context, contract.VoidHoldRequest) (contract.None, error) {
	return contract.None{}, apierror.New(apierror.ServiceUnavailable)
}

func TestAFaxWithoutADocumentIsRefused(t *testing.T) {
	f := setup(t)
	_, err := f.service.Submit(t.Context(), contract.SubmitFaxRequest{Tenant: f.Sandbox, To: "+15005550001"})
	requireFields(t, err, []string{"file"})
	f.requireNothingLeft(t)
}

func TestAHoldWhoseAnswerWasLostIsVoidedAndStaysSo(t *testing.T) {
	f := setup(t)
	var asked contract.PlaceHoldRequest
	f.service.Wallet.Hold = func(ctx context.Context, r contract.PlaceHoldRequest) (contract.Hold, error) {
		asked = r
		return f.lost(ctx, r)
	}
	_, err := f.service.Submit(t.Context(), f.keyed(t, "key", "print"))
	require.True(t, apierror.Has(err, apierror.ServiceUnavailable))
	f.requireNothingLeft(t)
	_, err = f.Hold(t.Context(), asked)
	require.Error(t, err, "a hold that comes late is refused")

	f.service.Wallet.Hold = f.Hold
	_, err = f.service.Submit(t.Context(), f.keyed(t, "key", "print"))
	require.NoError(t, err, "the key is free again")
}

func TestWhatCannotBeUndoneNowIsSweptLater(t *testing.T) {
	f := setup(t)
	f.service.Wallet.Hold = f.lost
	f.service.Wallet.Void = f.noVoid
	_, err := f.service.Submit(t.Context(), f.keyed(t, "key", "print"))
	require.True(t, apierror.Has(err, apierror.ServiceUnavailable))
	require.Equal(t, 6, f.Held(t))
	_, err = f.service.Submit(t.Context(), f.keyed(t, "key", "print"))
	require.True(t, apierror.Has(err, apierror.IdempotencyKeyInProgress))

	require.NoError(t, f.service.Sweep(t.Context()))
	require.Equal(t, 6, f.Held(t), "a submission may still be running")
	f.Exec(t, `UPDATE fax.faxes SET created_at = now() - interval '21 seconds'`)
	require.Error(t, f.service.Sweep(t.Context()))
	f.service.Wallet.Void = f.Void
	require.NoError(t, f.service.Sweep(t.Context()))
	f.requireNothingLeft(t)
}

// The sweep comes while a slow submission waits for its hold; it gets to the end, or only as far as
// the mark.
func TestASubmissionOvertakenByTheSweepIsNeverAccepted(t *testing.T) {
	for name, voidFails := range map[string]bool{"to the end": false, "to the mark": true} {
		t.Run(name, func(t *testing.T) {
			f := setup(t)
			f.service.Wallet.Hold = func(ctx context.Context, r contract.PlaceHoldRequest) (contract.Hold, error) {
				f.Exec(t, `UPDATE fax.faxes SET created_at = now() - interval '1 minute'`)
				hold, err := f.Hold(ctx, r)
				require.NoError(t, err)
				if voidFails {
					f.service.Wallet.Void = f.noVoid
				}
				require.Equal(t, voidFails, f.service.Sweep(ctx) != nil)
				f.service.Wallet.Void = f.Void
				return hold, nil
			}
			_, err := f.service.Submit(t.Context(), f.keyed(t, "key", "print"))
			require.True(t, apierror.Has(err, apierror.ServiceUnavailable))
			f.requireNothingLeft(t)
		})
	}
}

// The database commits the acceptance, and the answer to that is lost.
func TestAFaxThatWasAcceptedIsNotUndone(t *testing.T) {
	f := setup(t)
	f.service.Wallet.Hold = func(ctx context.Context, r contract.PlaceHoldRequest) (contract.Hold, error) {
		_, err := f.Hold(ctx, r)
		require.NoError(t, err)
		f.Exec(t, `UPDATE fax.faxes SET status = 'queued'`)
		return contract.Hold{}, errors.New("lost")
	}
	got, err := f.service.Submit(t.Context(), f.request(t, "+15005550001"))
	require.NoError(t, err)
	require.Equal(t, 1, f.Count(t, "fax.faxes", "id = ?", got.Fax.ID))
	require.Equal(t, 6, f.Held(t))
}

func TestAnAcceptedFaxIsNotSwept(t *testing.T) {
	f := setup(t)
	_, err := f.service.Submit(t.Context(), f.request(t, "+15005550001"))
	require.NoError(t, err)
	f.Exec(t, `UPDATE fax.faxes SET created_at = now() - interval '1 day'`)
	require.NoError(t, f.service.Sweep(t.Context()))
	require.Equal(t, 6, f.Held(t))
	require.Equal(t, 1, f.Count(t, "fax.faxes", "status = 'queued'"))
}

func TestASenderThatGaveUpGetsNoFax(t *testing.T) {
	f := setup(t)
	ctx, cancel := context.WithDeadline(t.Context(), time.Now().Add(100*time.Millisecond)) // less than the margin
	defer cancel()
	_, err := f.service.Submit(ctx, f.request(t, "+15005550001"))
	require.Error(t, err)
	f.requireNothingLeft(t)
}

func TestTheSameRequestWithTheSameKeyIsTheSameFax(t *testing.T) {
	f := setup(t)
	r := f.keyed(t, "key", "print")
	r.Tags = map[string]string{"a": "b"}
	first, err := f.service.Submit(t.Context(), r)
	require.NoError(t, err)
	f.Exec(t, `UPDATE fax.faxes SET status = 'failed', completed_at = now()`)

	second, err := f.service.Submit(t.Context(), f.keyed(t, "key", "print"))
	require.NoError(t, err)
	require.True(t, second.Replayed)
	require.Equal(t, first.Fax, second.Fax, "as it was answered then")
	require.Equal(t, 1, f.Count(t, "fax.faxes", "true"))
	require.Equal(t, 6, f.Held(t))
	require.Zero(t, f.storage.Files(t, "staging"))
	require.Equal(t, 1, f.storage.Files(t, "documents"))

	_, err = f.service.Submit(t.Context(), f.keyed(t, "key", "another"))
	require.True(t, apierror.Has(err, apierror.IdempotencyKeyReuse))
	other := f.keyed(t, "key", "print")
	other.Tenant, _ = f.Account(t)
	third, err := f.service.Submit(t.Context(), other)
	require.NoError(t, err, "a key belongs to its environment")
	require.NotEqual(t, first.Fax.ID, third.Fax.ID)
}

func TestAKeyIsFreeAfterADay(t *testing.T) {
	f := setup(t)
	first, err := f.service.Submit(t.Context(), f.keyed(t, "key", "print"))
	require.NoError(t, err)
	f.Exec(t, `UPDATE fax.idempotency_keys SET created_at = now() - interval '24 hours 1 second'`)
	second, err := f.service.Submit(t.Context(), f.keyed(t, "key", "another"))
	require.NoError(t, err)
	require.NotEqual(t, first.Fax.ID, second.Fax.ID)
	third, err := f.service.Submit(t.Context(), f.keyed(t, "key", "another"))
	require.NoError(t, err)
	require.Equal(t, second.Fax, third.Fax)

	require.NoError(t, f.service.Store.ForgetKeys(t.Context()))
	require.Equal(t, 1, f.Count(t, "fax.idempotency_keys", "true"))
	f.Exec(t, `UPDATE fax.idempotency_keys SET created_at = now() - interval '26 hours'`)
	require.NoError(t, f.service.Store.ForgetKeys(t.Context()))
	require.Zero(t, f.Count(t, "fax.idempotency_keys", "true"))
}

func TestFiftyAtOnceWithOneKeyAreOneFax(t *testing.T) {
	f := setup(t)
	const n = 50
	var requests []contract.SubmitFaxRequest
	for range n {
		requests = append(requests, f.keyed(t, "key", "print"))
	}
	results, errs := make([]contract.SubmittedFax, n), make([]error, n)
	var running sync.WaitGroup
	for i := range n {
		running.Go(func() { results[i], errs[i] = f.service.Submit(t.Context(), requests[i]) })
	}
	running.Wait()

	made, id := 0, ""
	for i := range n {
		if errs[i] != nil {
			require.True(t, apierror.Has(errs[i], apierror.IdempotencyKeyInProgress), "%v", errs[i])
			continue
		}
		if !results[i].Replayed {
			made++
		}
		require.True(t, id == "" || id == results[i].Fax.ID)
		id = results[i].Fax.ID
	}
	require.Equal(t, 1, made)
	require.Equal(t, 1, f.Count(t, "fax.faxes", "true"))
	require.Equal(t, 6, f.Held(t))
	require.Len(t, f.Work(t), 1)
	require.Zero(t, f.storage.Files(t, "staging"))
}

// live lets the account send live faxes without asking the ledger.
func (f fixture) live(t *testing.T, to string, pages int) contract.SubmitFaxRequest {
	t.Helper()
	f.service.Wallet.Hold = func(context.Context, contract.PlaceHoldRequest) (contract.Hold, error) { return contract.Hold{}, nil }
	r := f.request(t, to)
	r.Tenant, r.Files = f.Live, []contract.StagedFile{f.storage.Upload(t, strings.Repeat("x\f", pages))}
	return r
}

func TestAnAccountsOwnCapAndThatOfItsFirstWeekHoldAtOnce(t *testing.T) {
	f := setup(t)
	f.service.Limits.NewAccountPerDay = 1
	f.Activate(t, f.Live.AccountID, 60, 7*24*time.Hour-time.Minute) // what was bought first may be spent at once
	var accepted, refused atomic.Int64
	var wg sync.WaitGroup
	for n := range 30 {
		r := f.live(t, fmt.Sprintf("+1212555%04d", 1000+n), 1)
		wg.Go(func() {
			_, err := f.service.Submit(t.Context(), r)
			switch {
			case err == nil:
				accepted.Add(1)
			case apierror.Has(err, apierror.SpendLimitExceeded):
				refused.Add(1)
			default:
				t.Error(err)
			}
		})
	}
	wg.Wait()
	require.EqualValues(t, 10, accepted.Load(), "ten faxes of six credits")
	require.EqualValues(t, 20, refused.Load())

	f.Exec(t, `UPDATE fax.faxes SET status = 'failed', completed_at = now() WHERE id IN (SELECT id FROM fax.faxes LIMIT 1)`)
	_, err := f.service.Submit(t.Context(), f.live(t, "+12125552001", 1))
	require.NoError(t, err, "what was not delivered is given back")
	_, err = f.service.Submit(t.Context(), f.live(t, "+12125552002", 1))
	require.True(t, apierror.Has(err, apierror.SpendLimitExceeded))

	f.Exec(t, `INSERT INTO fax.settings (account_id, retention_days, zero_footprint, daily_spend_cap) VALUES (?, 30, false, 59)`, f.Live.AccountID)
	f.service.Limits.NewAccountPerDay = 1000
	_, err = f.service.Submit(t.Context(), f.live(t, "+12125552004", 1))
	require.True(t, apierror.Has(err, apierror.SpendLimitExceeded), "60 are spent")
	sandbox := f.request(t, "+15005550001")
	_, err = f.service.Submit(t.Context(), sandbox)
	require.NoError(t, err, "the sandbox has no caps")
}

func TestTheCapOfTheFirstWeekEndsSevenDaysAfterActivation(t *testing.T) {
	f := setup(t)
	f.service.Limits.NewAccountPerDay = 60
	f.Activate(t, f.Live.AccountID, 6, 7*24*time.Hour+time.Minute)
	_, err := f.service.Submit(t.Context(), f.live(t, "+12125552003", 30))
	require.NoError(t, err)
}

func TestANumberGetsOnlySoManyFaxesInAnHour(t *testing.T) {
	f := setup(t)
	f.Activate(t, f.Live.AccountID, 1000, 0)
	f.service.Limits.DestinationPerHour = 3
	for range 3 {
		_, err := f.service.Submit(t.Context(), f.live(t, "+12125551234", 1))
		require.NoError(t, err)
	}
	_, err := f.service.Submit(t.Context(), f.live(t, "+12125551234", 1))
	require.True(t, apierror.Has(err, apierror.RateLimitExceeded))
	_, err = f.service.Submit(t.Context(), f.live(t, "+12125551235", 1))
	require.NoError(t, err)
}
