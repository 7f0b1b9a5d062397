package purchase_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/services/billing/internal/purchase"
)

func TestTheDefaultPackagesAreForSale(t *testing.T) {
	growth, ok := purchase.DefaultCatalogue().Find("growth")
	require.True(t, ok)
	require.EqualValues(t, 4000, growth.Price)
	require.EqualValues(t, 5000, growth.Credits)
	require.Len(t, purchase.DefaultCatalogue().List(), 3)
	_, ok = purchase.DefaultCatalogue().Find("")
	require.False(t, ok)
}

func TestPackagesAreReadFromTheConfiguration(t *testing.T) {
	var c purchase.Catalogue
	require.NoError(t, c.UnmarshalText([]byte(`[{"id":"one","name":"One","price":100,"credits":90}]`)))
	one, ok := c.Find("one")
	require.True(t, ok)
	require.Equal(t, "USD", one.Currency)
}

func TestInvalidPackagesAreRejected(t *testing.T) {
	for name, text := range map[string]string{
		"not JSON":         `starter`,
		"empty":            `[]`,
		"trailing":         `[{"id":"a","name":"A","price":100,"credits":1}] []`,
		"unknown field":    `[{"id":"a","name":"A","price":100,"credits":1,"bonus":5}]`,
		"twice":            `[{"id":"a","name":"A","price":100,"credits":1},{"id":"a","name":"B","price":100,"credits":1}]`,
		"no id":            `[{"name":"A","price":100,"credits":1}]`,
		"no name":          `[{"id":"a","price":100,"credits":1}]`,
		"free":             `[{"id":"a","name":"A","price":0,"credits":1}]`,
		"negative":         `[{"id":"a","name":"A","price":-100,"credits":1}]`,
		"no credits":       `[{"id":"a","name":"A","price":100,"credits":0}]`,
		"fractional price": `[{"id":"a","name":"A","price":100.5,"credits":1}]`,
		"other currency":   `[{"id":"a","name":"A","price":100,"credits":1,"currency":"EUR"}]`,
	} {
		t.Run(name, func(t *testing.T) {
			var c purchase.Catalogue
			require.Error(t, c.UnmarshalText([]byte(text)))
			require.True(t, c.IsZero())
		})
	}
}
