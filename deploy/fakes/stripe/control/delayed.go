package control

import (
	"context"
	"net/http"
	"net/url"
)

// PayByBank completes an open session with a debit of a bank account, as a customer at the page does whose
// session allows us_bank_account; here any session does. It is unpaid until SettleSession.
func (c *Client) PayByBank(ctx context.Context, sessionID string) error {
	return c.call(ctx, http.MethodPost, "/sessions/"+url.PathEscape(sessionID)+"/pay_by_bank", nil, nil)
}

// SettleSession says what became of the debit of a session, with the events
// checkout.session.async_payment_succeeded or checkout.session.async_payment_failed.
func (c *Client) SettleSession(ctx context.Context, sessionID string, succeeded bool) error {
	body := map[string]bool{"succeeded": succeeded}
	return c.call(ctx, http.MethodPost, "/sessions/"+url.PathEscape(sessionID)+"/settle", body, nil)
}
