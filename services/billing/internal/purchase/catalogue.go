package purchase

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"

	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/contract"
)

// minPrice is Stripe's minimum charge in USD, in cents. maxPrice and maxCredits are far above any package and far below
// any overflow.
const (
	minPrice   = 50
	maxPrice   = 99_999_999
	maxCredits = 1_000_000_000_000
)

// Catalogue is the list of credit packages for sale, in display order.
type Catalogue struct {
	list []contract.CreditPackage
}

// DefaultCatalogue returns the packages for sale unless configured otherwise.
func DefaultCatalogue() Catalogue {
	return Catalogue{list: []contract.CreditPackage{
		{ID: "starter", Name: "Starter", Price: 1000, Credits: 1000, Currency: contract.Currency},
		{ID: "growth", Name: "Growth", Price: 4000, Credits: 5000, Currency: contract.Currency},
		{ID: "scale", Name: "Scale", Price: 15000, Credits: 25000, Currency: contract.Currency},
	}}
}

// UnmarshalText reads a JSON list of {id, name, price, credits, currency}. The price is in cents; the currency is USD
// and may be omitted.
func (c *Catalogue) UnmarshalText(text []byte) error {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	var list []contract.CreditPackage
	if err := decoder.Decode(&list); err != nil {
		return fmt.Errorf("is not a JSON list of packages: %w", err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return errors.New("has something after the list")
	}
	if len(list) == 0 {
		return errors.New("has no package")
	}
	seen := map[string]bool{}
	for i := range list {
		if list[i].Currency == "" {
			list[i].Currency = contract.Currency
		}
		if err := check(list[i]); err != nil {
			return fmt.Errorf("package %d: %w", i+1, err)
		}
		if seen[list[i].ID] {
			return fmt.Errorf("two packages have the id %q", list[i].ID)
		}
		seen[list[i].ID] = true
	}
	c.list = list
	return nil
}

// IsZero reports whether nothing was configured.
func (c Catalogue) IsZero() bool { return len(c.list) == 0 }

// List returns every package.
func (c Catalogue) List() []contract.CreditPackage { return slices.Clone(c.list) }

// Find returns the package with that id.
func (c Catalogue) Find(id string) (contract.CreditPackage, bool) {
	i := slices.IndexFunc(c.list, func(p contract.CreditPackage) bool { return p.ID == id })
	if i < 0 {
		return contract.CreditPackage{}, false
	}
	return c.list[i], true
}

// Choose is Find for a package_id from a request. Its errors are validation_failed on package_id.
func (c Catalogue) Choose(id string) (contract.CreditPackage, error) {
	if id == "" {
		return contract.CreditPackage{}, apierror.Field("package_id", "The package_id is required.")
	}
	chosen, ok := c.Find(id)
	if !ok {
		return contract.CreditPackage{}, apierror.Field("package_id", "There is no such package.")
	}
	return chosen, nil
}

func check(p contract.CreditPackage) error {
	switch {
	case !regexp.MustCompile(`^[a-z0-9][a-z0-9_-]{0,62}$`).MatchString(p.ID):
		return errors.New("the id has lower case letters, digits, - and _, at most 63")
	case p.Name == "" || len(p.Name) > 100:
		return errors.New("the name has 1 to 100 characters")
	case p.Price < minPrice || p.Price > maxPrice:
		return fmt.Errorf("the price is %d to %d cents", minPrice, maxPrice)
	case p.Credits < 1 || p.Credits > maxCredits:
		return fmt.Errorf("the credits are 1 to %d", int64(maxCredits))
	case p.Currency != contract.Currency:
		return fmt.Errorf("the currency is %s", contract.Currency)
	}
	return nil
}
