package apiclient

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/url"
	"strings"
)

// Stripe's test cards.
const (
	CardPays                   = "4242424242424242"
	CardDeclined               = "4000000000000002"
	CardRequiresAuthentication = "4000000000003220" // its bank requires 3-D Secure
	CardInsufficientFunds      = "4000000000009995"
)

// PayWith fills in the form of a Checkout page. The answer is a redirect when the card was accepted.
func (c *Client) PayWith(ctx context.Context, pageURL, card string) (Answer, error) {
	form := url.Values{"card_number": {card}, "exp_month": {"12"}, "exp_year": {"2034"}, "cvc": {"123"}}
	return c.page(ctx, http.MethodPost, pageURL, form)
}

// Visit opens a page as a browser does, without following redirects.
func (c *Client) Visit(ctx context.Context, pageURL string) (Answer, error) {
	return c.page(ctx, http.MethodGet, pageURL, nil)
}

func (c *Client) page(ctx context.Context, method, pageURL string, form url.Values) (Answer, error) {
	request, err := http.NewRequestWithContext(ctx, method, pageURL, strings.NewReader(form.Encode()))
	if err != nil {
		return Answer{}, err
	}
	if form != nil {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	response, err := c.http.Do(request)
	if err != nil {
		return Answer{}, err
	}
	defer response.Body.Close()
	var body bytes.Buffer
	if _, err := io.Copy(&body, response.Body); err != nil {
		return Answer{}, err
	}
	return Answer{Status: response.StatusCode, Header: response.Header, Body: body.Bytes()}, nil
}
