package intake_test

import (
	"context"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/faxtest"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/rendertest"
	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/contract"
)

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

func TestAnAcceptedFaxSurvivesAPowerCut(t *testing.T) {
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
	renderer, err := render.Find(t.Context(), "http://127.0.0.1:1", 1) // without a listener
	require.NoError(t, err)
	f.service.Renderer = renderer
	_, err = f.service.Submit(t.Context(), contract.SubmitFaxRequest{
		Tenant: f.Sandbox, To: "+15005550001", IdempotencyKey: "a-key", Fingerprint: []byte("a-request"),
		Files: []contract.StagedFile{f.storage.Upload(t, string(rendertest.DOCX("Dear colleague,")))},
	})
	require.ErrorIs(t, err, apierror.New(apierror.ServiceUnavailable))
	f.requireNothingLeft(t)
}

func TestSandboxNumber07IsBilledAsThreePages(t *testing.T) {
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
