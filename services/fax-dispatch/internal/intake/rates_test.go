package intake_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/intake"
	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/contract"
)

func rates(t *testing.T) intake.Rates {
	t.Helper()
	loaded, err := intake.LoadRates("")
	require.NoError(t, err)
	return loaded
}

func TestTheLongestPrefixOfItsCountryIsTheRateOfANumber(t *testing.T) {
	r, err := intake.ParseRates([]byte("prefix,country,name,credits\n+44,GB,United Kingdom,8\n+4420,GB,London,7\n+1,CA,Canada,5\n"))
	require.NoError(t, err)
	for number, want := range map[string]int64{"+442071838750": 7, "+441614960000": 8, "+16135550123": 5} {
		got, err := r.For(contract.Live, number)
		require.NoError(t, err, number)
		require.Equal(t, want, got, number)
	}
	for _, number := range []string{"+12125551234", "+447012345678", "+4930123456"} {
		_, err := r.For(contract.Live, number)
		require.True(t, apierror.Has(err, apierror.DestinationNotSupported), number)
	}
}

func TestInvalidRatesAreRefused(t *testing.T) {
	for _, table := range []string{
		"", "prefix,country,name,credits\n", "+1,US,United States,6\n", "prefix,country,name,credits\n1,US,United States,6\n",
		"prefix,country,name,credits\n+1,us,United States,6\n", "prefix,country,name,credits\n+1,US,United States,0\n",
		"prefix,country,name,credits\n+1,US,United States,6.5\n", "prefix,country,name,credits\n+1,US,6\n",
		"prefix,country,name,credits\n+1,US,A,6\n+1,US,B,7\n", "prefix,country,name,credits\n+1,US,\"A,6\n",
	} {
		_, err := intake.ParseRates([]byte(table))
		require.Error(t, err, table)
	}
	_, err := intake.LoadRates("/nonexistent.csv")
	require.Error(t, err)
}

func FuzzRatesAreReadOrRefused(f *testing.F) {
	f.Add([]byte("prefix,country,name,credits\n+1,US,United States,6\n"))
	f.Fuzz(func(_ *testing.T, table []byte) { _, _ = intake.ParseRates(table) })
}

func TestLiveFaxesGoToTheUnitedStatesAndCanada(t *testing.T) {
	for _, number := range []string{"+12125551234", "+14155550100", "+16135550123", "+18002255288"} {
		rate, err := rates(t).For(contract.Live, number)
		require.NoError(t, err, number)
		require.EqualValues(t, 6, rate)
	}
}

func TestExpensiveAndUnknownDestinationsAreRefused(t *testing.T) {
	refused := map[string]string{
		"+19005551234":    "premium",
		"+12129761234":    "a pay-per-call exchange",
		"+15005550001":    "a personal number",
		"+18095551234":    "Dominican Republic",
		"+18765551234":    "Jamaica",
		"+12425551234":    "Bahamas",
		"+17875551234":    "Puerto Rico",
		"+442071838750":   "no rate",
		"+447012345678":   "UK personal",
		"+37181234567":    "Latvia premium",
		"+881612345678":   "satellite",
		"+8835100012345":  "satellite",
		"+80012345678":    "universal freephone",
		"+1212555":        "too short",
		"+1999999999":     "no such area",
		"+11111111111":    "no such area",
		"+999":            "no such country",
		"+12125551234567": "too long",
	}
	for number, why := range refused {
		_, err := rates(t).For(contract.Live, number)
		require.True(t, apierror.Has(err, apierror.DestinationNotSupported), "%s: %s", number, why)
	}
}

func TestTheSandboxTakesEveryNumber(t *testing.T) {
	for _, number := range []string{"+15005550001", "+19005551234", "+881612345678"} {
		rate, err := rates(t).For(contract.Sandbox, number)
		require.NoError(t, err)
		require.EqualValues(t, 6, rate)
	}
}
