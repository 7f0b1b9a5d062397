package apiclient

import (
	"context"
	"fmt"
	"net/http"
	"time"
)

// Account is a registered account with its first keys.
type Account struct {
	ID                string
	Email             string
	TestKey           string
	AccountKey        string
	LiveEnvironmentID string
	SandboxID         string
	DashboardURL      string
}

// Register walks a new account from registration to its keys.
func (c *Client) Register(ctx context.Context, name, email string) (Account, error) {
	asked := time.Now()
	answer, err := c.Do(ctx, http.MethodPost, "/v1/account/register", "", map[string]string{"name": name, "email": email})
	if err := expect(answer, err, http.StatusAccepted); err != nil {
		return Account{}, fmt.Errorf("register: %w", err)
	}
	code, err := c.Code(ctx, email, asked)
	if err != nil {
		return Account{}, err
	}
	return c.Verify(ctx, email, code)
}

// Verify exchanges a mailed code for an account.
func (c *Client) Verify(ctx context.Context, email, code string) (Account, error) {
	answer, err := c.Do(ctx, http.MethodPost, "/v1/account/register/verify", "", map[string]string{"email": email, "code": code})
	if err != nil {
		return Account{}, fmt.Errorf("verify: %w", err)
	}
	return Verified(answer)
}

// Verified reads the account from the answer to its code.
func Verified(answer Answer) (Account, error) {
	if err := expect(answer, nil, http.StatusCreated); err != nil {
		return Account{}, fmt.Errorf("verify: %w", err)
	}
	var body struct {
		Account      struct{ ID, Email string }
		Environments []struct{ ID, Type string }
		APIKey       string `json:"api_key"`
		AccountKey   string `json:"account_key"`
		LiveID       string `json:"live_environment_id"`
		DashboardURL string `json:"dashboard_url"`
	}
	if err := answer.Decode(&body); err != nil {
		return Account{}, err
	}
	account := Account{
		ID: body.Account.ID, Email: body.Account.Email, TestKey: body.APIKey, AccountKey: body.AccountKey,
		LiveEnvironmentID: body.LiveID, DashboardURL: body.DashboardURL,
	}
	for _, environment := range body.Environments {
		if environment.Type == "sandbox" {
			account.SandboxID = environment.ID
		}
	}
	return account, nil
}

// CreateLiveKey makes a key for the account's live environment.
func (c *Client) CreateLiveKey(ctx context.Context, a Account) (string, error) {
	answer, err := c.Do(ctx, http.MethodPost, "/v1/account/keys", a.AccountKey,
		map[string]string{"name": "live", "environment_id": a.LiveEnvironmentID})
	if err := expect(answer, err, http.StatusCreated); err != nil {
		return "", fmt.Errorf("mint a live key: %w", err)
	}
	var body struct{ Key string }
	return body.Key, answer.Decode(&body)
}

// Checkout is an open hosted page.
type Checkout struct{ ID, URL string }

// OpenCheckout opens a Checkout for a package.
func (c *Client) OpenCheckout(ctx context.Context, a Account, packageID string) (Checkout, error) {
	return c.openHosted(ctx, a, "/v1/account/checkout-sessions", map[string]string{"package_id": packageID})
}

// OpenSetup opens a Checkout that only saves a card.
func (c *Client) OpenSetup(ctx context.Context, a Account) (Checkout, error) {
	return c.openHosted(ctx, a, "/v1/account/setup-sessions", map[string]string{})
}

func (c *Client) openHosted(ctx context.Context, a Account, path string, body any) (Checkout, error) {
	answer, err := c.Do(ctx, http.MethodPost, path, a.AccountKey, body)
	if err := expect(answer, err, http.StatusCreated); err != nil {
		return Checkout{}, fmt.Errorf("open a checkout: %w", err)
	}
	var checkout Checkout
	return checkout, answer.Decode(&checkout)
}

func expect(answer Answer, err error, status int) error {
	if err != nil {
		return err
	}
	if answer.Status != status {
		return fmt.Errorf("status %d, expected %d: %.300s", answer.Status, status, answer.Body)
	}
	return nil
}
