package app_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/app"
)

func TestAnAddressOfAConverterThatCannotBeOneIsRefused(t *testing.T) {
	for url, valid := range map[string]bool{
		"": true, "http://converter:9200": true, "https://converter.example.com/": true,
		"converter:9200": false, "http://": false, "unix:///run/converter": false,
	} {
		cfg := app.Config{LiveCarrier: "loopback", NewAccountPerDay: 1, DestinationPerHour: 1, WatchdogAge: 1, Converters: 1, ConverterURL: url}
		if err := cfg.Validate(); valid {
			require.NoError(t, err, url)
		} else {
			require.ErrorContains(t, err, "CONVERTER_URL", url)
		}
	}
}

func TestConvertersAreAtLeastOneAndNotTooMany(t *testing.T) {
	for converters, valid := range map[int]bool{0: false, 1: true, 64: true, 65: false, -1: false} {
		cfg := app.Config{LiveCarrier: "loopback", NewAccountPerDay: 1, DestinationPerHour: 1, WatchdogAge: 1, Converters: converters}
		if err := cfg.Validate(); valid {
			require.NoError(t, err, converters)
		} else {
			require.ErrorContains(t, err, "CONVERTERS", converters)
		}
	}
}
