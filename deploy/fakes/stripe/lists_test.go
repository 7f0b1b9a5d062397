package stripe_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/stripe/stripe-go/v76"

	stripefake "github.com/mintfax/mintfax/deploy/fakes/stripe"
	"github.com/mintfax/mintfax/deploy/fakes/stripe/control"
)

// reconciled is the lists that say what has happened to money, newest first.
func reconciled() []string {
	return []string{
		"/v1/charges", "/v1/payment_intents", "/v1/refunds", "/v1/disputes", "/v1/checkout/sessions",
		"/v1/events?type=charge.succeeded", "/v1/customers",
	}
}

func TestEveryListIsReadInPagesAndBySecond(t *testing.T) {
	var clock atomic.Int64
	clock.Store(1_900_000_000)
	e := start(t, func(c *stripefake.Config) { c.Now = func() time.Time { return time.Unix(clock.Load(), 0) } })
	const n = 5
	for i := range n { // one of everything in each second
		charge := e.charge(t, "4242424242424242")
		_, err := e.control.Refund(t.Context(), control.Refund{Charge: charge.ID, Amount: 5})
		require.NoError(t, err)
		_, err = e.control.OpenDispute(t.Context(), control.Dispute{Charge: charge.ID})
		require.NoError(t, err)
		clock.Store(1_900_000_001 + int64(i))
	}
	const first, last = 1_900_000_000, 1_900_000_000 + n - 1
	for _, path := range reconciled() {
		t.Run(path, func(t *testing.T) {
			all := e.list(t, path, nil)
			require.Len(t, all.ids, n)
			require.Equal(t, int64(last), all.created[0], "newest first")
			require.False(t, all.more)
			for query, want := range map[string][]string{
				fmt.Sprintf("created[gte]=%d", last-1):                       all.ids[:2],
				fmt.Sprintf("created[gt]=%d", last-1):                        all.ids[:1],
				fmt.Sprintf("created[lte]=%d", first+1):                      all.ids[n-2:],
				fmt.Sprintf("created[lt]=%d", first+1):                       all.ids[n-1:],
				fmt.Sprintf("created[gte]=%d&created[lt]=%d", first+1, last): all.ids[1 : n-1],
				fmt.Sprintf("created=%d", first+2):                           all.ids[2:3],
				"limit=2&starting_after=" + all.ids[1]:                       all.ids[2:4],
				"limit=2&ending_before=" + all.ids[3]:                        all.ids[1:3],
				"limit=100&starting_after=" + all.ids[n-1]:                   {},
			} {
				asked, err := url.ParseQuery(query)
				require.NoError(t, err)
				require.Equal(t, want, e.list(t, path, asked).ids, query)
			}
			require.True(t, e.list(t, path, url.Values{"limit": {"4"}}).more)
			require.False(t, e.list(t, path, url.Values{"limit": {"5"}}).more)
			require.True(t, e.list(t, path, url.Values{"limit": {"2"}, "ending_before": {all.ids[3]}}).more)
			for _, wrong := range []url.Values{
				{"limit": {"101"}},
				{"limit": {"0"}},
				{"starting_after": {"x_1"}},
				{"ending_before": {"x_1"}},
				{"starting_after": {all.ids[0]}, "ending_before": {all.ids[1]}},
				{"colour": {"red"}},
			} {
				require.Equal(t, http.StatusBadRequest, e.list(t, path, wrong).status, "%v", wrong)
			}
		})
	}
}

func TestAnEventIsUndeliveredUntilItWasTaken(t *testing.T) {
	for name, disturb := range map[string]func(*testing.T, *emulated){
		"held": func(t *testing.T, e *emulated) {
			require.NoError(t, e.control.SetDelivery(t.Context(), control.Hold, 0))
		},
		"dropped": func(t *testing.T, e *emulated) {
			require.NoError(t, e.control.SetDelivery(t.Context(), control.Drop, 0))
		},
		"refused": func(_ *testing.T, e *emulated) { e.hook.answer(http.StatusInternalServerError) },
		"led on":  func(_ *testing.T, e *emulated) { e.hook.answer(http.StatusFound) },
	} {
		t.Run(name, func(t *testing.T) {
			e := start(t)
			disturb(t, e)
			e.customer(t)
			id := e.eventOf(t, "customer.created").ID
			undelivered := url.Values{"delivery_success": {"false"}}
			require.Equal(t, []string{id}, e.list(t, "/v1/events", undelivered).ids)
			if name == "refused" || name == "led on" {
				require.Eventually(t, func() bool { return len(e.eventOf(t, "customer.created").Deliveries) > 0 }, 30*time.Second, time.Millisecond)
				require.Equal(t, []string{id}, e.list(t, "/v1/events", undelivered).ids)
			}
			e.hook.answer(http.StatusOK)
			_, err := e.control.Resend(t.Context(), id, 1)
			require.NoError(t, err)
			require.Empty(t, e.list(t, "/v1/events", undelivered).ids)
			require.Equal(t, []string{id}, e.list(t, "/v1/events", url.Values{"delivery_success": {"true"}}).ids)
			event, err := e.stripe.Events.Get(id, nil)
			require.NoError(t, err)
			require.Zero(t, event.PendingWebhooks)
		})
	}
}

func TestTheNextPageFollowsAnEventThatWasDeliveredMeanwhile(t *testing.T) {
	e := start(t)
	require.NoError(t, e.control.SetDelivery(t.Context(), control.Drop, 0))
	for range 4 {
		e.customer(t)
	}
	params := &stripe.EventListParams{DeliverySuccess: stripe.Bool(false)}
	params.Limit = stripe.Int64(1)
	seen := 0
	all := e.stripe.Events.List(params)
	for ; all.Next(); seen++ {
		_, err := e.control.Resend(t.Context(), all.Event().ID, 1)
		require.NoError(t, err)
	}
	require.NoError(t, all.Err())
	require.Equal(t, 4, seen)
}

type listed struct {
	status  int
	ids     []string
	created []int64
	more    bool
}

// list requests one page, without the library, which would request all of them.
func (e *emulated) list(t *testing.T, path string, query url.Values) listed {
	t.Helper()
	target, err := url.Parse(e.url + path)
	require.NoError(t, err)
	values := target.Query()
	for name, value := range query {
		values[name] = value
	}
	target.RawQuery = values.Encode()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, target.String(), nil)
	require.NoError(t, err)
	request.Header.Set("Authorization", "Bearer "+secretKey)
	response, err := e.browser.Do(request)
	require.NoError(t, err)
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	var answer struct {
		Data []struct {
			ID      string
			Created int64
		}
		HasMore bool `json:"has_more"`
	}
	require.NoError(t, json.Unmarshal(body, &answer), string(body))
	result := listed{status: response.StatusCode, ids: []string{}, more: answer.HasMore}
	for _, one := range answer.Data {
		result.ids, result.created = append(result.ids, one.ID), append(result.created, one.Created)
	}
	return result
}
