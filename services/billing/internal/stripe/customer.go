package stripe

import (
	"context"

	"github.com/stripe/stripe-go/v76"
)

// Customer is the Stripe customer to create for an account.
type Customer struct {
	AccountID string
	Name      string
	Email     string
}

// CreateCustomer creates the Stripe customer of an account and returns its id. Repeated with the same key and customer
// within KeyLifetime it returns the first one.
func (c *Client) CreateCustomer(ctx context.Context, idempotencyKey string, customer Customer) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	created, err := c.api.Customers.New(&stripe.CustomerParams{
		Params:   c.params(ctx, idempotencyKey),
		Name:     stripe.String(customer.Name),
		Email:    stripe.String(customer.Email),
		Metadata: map[string]string{MetadataAccount: customer.AccountID},
	})
	if err != nil {
		return "", classify("create a customer", err)
	}
	return created.ID, nil
}

// FindCustomer returns the customer created for the account with that email address, or the empty string.
func (c *Client) FindCustomer(ctx context.Context, accountID, email string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	params := &stripe.CustomerListParams{Email: stripe.String(email)}
	params.Context, params.Limit = ctx, stripe.Int64(100)
	list := c.api.Customers.List(params)
	for list.Next() {
		if found := list.Customer(); found.Metadata[MetadataAccount] == accountID {
			return found.ID, nil
		}
	}
	return "", classify("find a customer", list.Err())
}
