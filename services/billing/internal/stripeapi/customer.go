package stripeapi

import (
	"context"

	"github.com/stripe/stripe-go/v76"
)

// Customer is whom Stripe charges for an account.
type Customer struct {
	AccountID string
	Name      string
	Email     string
}

// CreateCustomer makes the Stripe customer of an account and returns its id. Asked again within a day
// it returns the first one.
func (c *Client) CreateCustomer(ctx context.Context, customer Customer) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, callLimit)
	defer cancel()
	created, err := c.api.Customers.New(&stripe.CustomerParams{
		Params:   c.params(ctx, "customer:"+customer.AccountID),
		Name:     stripe.String(customer.Name),
		Email:    stripe.String(customer.Email),
		Metadata: map[string]string{MetadataAccount: customer.AccountID},
	})
	if err != nil {
		return "", classify("create a customer", err)
	}
	return created.ID, nil
}
