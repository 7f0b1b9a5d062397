package billingtest

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

// Customers returns the number of customers.
func (s *Stripe) Customers() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.customers)
}

// CustomerPosts returns the number of requests for a customer, repetitions included.
func (s *Stripe) CustomerPosts() int { return len(s.Posts("customer:")) }

// Posts returns the forms of the requests whose idempotency key has that prefix, each with its key.
func (s *Stripe) Posts(prefix string) []url.Values {
	s.mu.Lock()
	defer s.mu.Unlock()
	var found []url.Values
	for _, form := range s.posts {
		if strings.HasPrefix(form.Get("idempotency_key"), prefix) {
			found = append(found, form)
		}
	}
	return found
}

func (s *Stripe) newCustomer(form url.Values, n int) (int, Object) {
	customer := Object{"id": fmt.Sprintf("cus_%d", n), "object": "customer", "email": form.Get("email"), "metadata": metadataOf(form)}
	s.customers = append(s.customers, customer)
	return http.StatusOK, customer
}

func (s *Stripe) listCustomers(r *http.Request) Object {
	found := []Object{}
	for _, customer := range s.customers {
		if customer["email"] == r.FormValue("email") {
			found = append(found, customer)
		}
	}
	return listOf(found)
}

func listOf(data []Object) Object { return Object{"object": "list", "has_more": false, "data": data} }
