package api

import (
	"math"
	"strconv"

	"github.com/mintfax/mintfax/deploy/fakes/stripe/internal/processor"
)

const (
	usualLimit = 10
	maxLimit   = 100
)

// page is the requested part of a list.
type page struct {
	limit         int
	after, before string
}

// span is when something was made, in seconds since 1970; the bounds are inclusive.
type span struct{ from, to int64 }

func always() span { return span{from: math.MinInt64, to: math.MaxInt64} }

func never() span { return span{from: math.MaxInt64, to: math.MinInt64} }

func (s span) holds(at int64) bool { return at >= s.from && at <= s.to }

func (s span) and(other span) span {
	return span{from: max(s.from, other.from), to: min(s.to, other.to)}
}

// after and before leave out the second itself; there is none beyond the last one that can be said.
func after(second int64) span {
	if second == math.MaxInt64 {
		return never()
	}
	return span{from: second + 1, to: math.MaxInt64}
}

func before(second int64) span {
	if second == math.MinInt64 {
		return never()
	}
	return span{from: math.MinInt64, to: second - 1}
}

// readPage reads what all lists take.
func readPage(params *Params) page {
	p := page{limit: usualLimit, after: params.Text("starting_after"), before: params.Text("ending_before")}
	if limit, given := params.Int("limit"); given {
		p.limit = int(max(1, min(limit, maxLimit)))
		if limit < 1 || limit > maxLimit {
			params.Refuse("", "limit", "Invalid limit: must be from 1 to %d", maxLimit)
		}
	}
	if p.after != "" && p.before != "" {
		params.Refuse("", "ending_before", "You may only specify one of these parameters: ending_before, starting_after.")
	}
	return p
}

// readCreated reads a second, or bounds of it.
func readCreated(params *Params) span {
	if !params.HasObject("created") {
		at, given := params.Int("created")
		if !given {
			return always()
		}
		return span{from: at, to: at}
	}
	bounds := params.Object("created")
	s := always()
	if second, given := bounds.Int("gt"); given {
		s = s.and(after(second))
	}
	if second, given := bounds.Int("gte"); given {
		s.from = max(s.from, second)
	}
	if second, given := bounds.Int("lt"); given {
		s = s.and(before(second))
	}
	if second, given := bounds.Int("lte"); given {
		s.to = min(s.to, second)
	}
	return s
}

// cut returns the requested part of the objects that match. All objects come newest first. A page begins
// or ends at any object that there is: one that matched when the page before was read may not any more.
func cut[T any](all []T, match func(T) bool, id func(T) string, p page, kind, url string) (any, error) {
	if p.after != "" {
		at := indexOf(all, id, p.after)
		if at < 0 {
			return nil, processor.ParamNotFoundError(kind, p.after, "starting_after")
		}
		all = all[at+1:]
	}
	if p.before != "" {
		at := indexOf(all, id, p.before)
		if at < 0 {
			return nil, processor.ParamNotFoundError(kind, p.before, "ending_before")
		}
		found := matching(all[:at], match)
		from := max(0, len(found)-p.limit)
		return processor.NewList(url, found[from:], from > 0), nil
	}
	found := matching(all, match)
	to := min(p.limit, len(found))
	return processor.NewList(url, found[:to], to < len(found)), nil
}

func matching[T any](all []T, match func(T) bool) []T {
	var found []T
	for _, one := range all {
		if match(one) {
			found = append(found, one)
		}
	}
	return found
}

func indexOf[T any](all []T, id func(T) string, wanted string) int {
	for i, one := range all {
		if id(one) == wanted {
			return i
		}
	}
	return -1
}

// truth compares a property with the text true or false; an empty text fits both.
func truth(text string, value bool) bool { return text == "" || text == strconv.FormatBool(value) }
