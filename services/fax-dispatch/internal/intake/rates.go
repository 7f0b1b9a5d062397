package intake

import (
	"bytes"
	_ "embed"
	"encoding/csv"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
)

// sandboxCredits is the price of a page to any sandbox number.
const sandboxCredits = 6

//go:embed rates.csv
var defaultRates []byte

var ratesHeader = []string{"prefix", "country", "name", "credits"}

const highestRate = 1_000_000 // credits for a page

// Rates are the supported destinations with the price of a page.
type Rates struct {
	lines []rate // longest prefix first
}

type rate struct {
	prefix  string
	country string // ISO 3166-1 alpha-2
	credits int64
}

// LoadRates reads rates from a CSV file with the columns prefix, country, name and credits, or the built-in ones for an empty path. The
// line of a number's country with the longest matching prefix applies: countries may share a prefix, as those of +1 do.
func LoadRates(path string) (Rates, error) {
	if path == "" {
		return ParseRates(defaultRates)
	}
	content, err := os.ReadFile(path)
	if err != nil {
		return Rates{}, err
	}
	return ParseRates(content)
}

// ParseRates is LoadRates for the content of a file.
func ParseRates(content []byte) (Rates, error) {
	lines, err := csv.NewReader(bytes.NewReader(content)).ReadAll()
	if err != nil {
		return Rates{}, err
	}
	if len(lines) < 2 || !slices.Equal(lines[0], ratesHeader) {
		return Rates{}, fmt.Errorf("the first line is %s, and destinations follow", strings.Join(ratesHeader, ","))
	}
	var r Rates
	for i, fields := range lines[1:] {
		one, err := parseRate(fields)
		if err != nil {
			return Rates{}, fmt.Errorf("line %d: %w", i+2, err)
		}
		if slices.ContainsFunc(r.lines, func(o rate) bool { return o.prefix == one.prefix && o.country == one.country }) {
			return Rates{}, fmt.Errorf("line %d: %s of %s is there twice", i+2, one.prefix, one.country)
		}
		r.lines = append(r.lines, one)
	}
	slices.SortStableFunc(r.lines, func(a, b rate) int { return len(b.prefix) - len(a.prefix) })
	return r, nil
}

func parseRate(fields []string) (rate, error) {
	credits, err := strconv.ParseInt(fields[3], 10, 64)
	digits, plus := strings.CutPrefix(fields[0], "+")
	switch {
	case !plus || digits == "" || len(digits) > 15 || strings.Trim(digits, "0123456789") != "":
		return rate{}, fmt.Errorf("%q is not the beginning of a number, such as +44", fields[0])
	case len(fields[1]) != 2 || strings.ToUpper(fields[1]) != fields[1]:
		return rate{}, fmt.Errorf("%q is not a country, such as GB", fields[1])
	case err != nil || credits < 1 || credits > highestRate:
		return rate{}, fmt.Errorf("%q is not a number of credits from 1 to %d", fields[3], highestRate)
	}
	return rate{fields[0], fields[1], credits}, nil
}
