package httpapi

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/gin-gonic/gin"

	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/contract"
)

const (
	defaultPage = 20
	maxPage     = 100
	maxFilter   = 255 // bytes of a filter's value
	maxTags     = 10  // to filter by: a fax has no more
)

// query parses the parameters of a list and collects their errors by name.
type query struct {
	c        *gin.Context
	problems map[string][]string
}

func newQuery(c *gin.Context) *query { return &query{c: c, problems: map[string][]string{}} }

func (q *query) err() error {
	if len(q.problems) > 0 {
		return apierror.Fields(q.problems)
	}
	return nil
}

func (q *query) wrong(name, message string) { q.problems[name] = append(q.problems[name], message) }

func (q *query) text(name string) string {
	value := q.c.Query(name)
	if !findable(value) {
		q.wrong(name, "The "+name+" is not a value that can be looked for.")
		return ""
	}
	return value
}

// tags returns the filters tag[key]=value, nil when there are none.
func (q *query) tags() map[string]string {
	var tags map[string]string
	for name := range q.c.Request.URL.Query() {
		key, found := strings.CutPrefix(name, "tag[")
		if !found || !strings.HasSuffix(key, "]") {
			continue
		}
		if key = strings.TrimSuffix(key, "]"); !findable(key) || len(tags) == maxTags {
			q.wrong("tag", fmt.Sprintf("The tag filters must be at most %d, with keys that a tag can have.", maxTags))
			return nil
		}
		if tags == nil {
			tags = map[string]string{}
		}
		tags[key] = q.text(name)
	}
	return tags
}

// findable reports whether the database can contain a text.
func findable(value string) bool {
	return len(value) <= maxFilter && utf8.ValidString(value) && !strings.ContainsRune(value, 0)
}

func (q *query) page() contract.Page {
	page := contract.Page{Cursor: q.text("cursor"), Limit: defaultPage}
	if given, present := q.c.GetQuery("per_page"); present {
		n, err := strconv.Atoi(given)
		if err != nil || n < 1 || n > maxPage {
			q.wrong("per_page", "The per_page must be between 1 and 100.")
			return page
		}
		page.Limit = n
	}
	return page
}

func (q *query) time(name string) *time.Time {
	given, present := q.c.GetQuery(name)
	if !present {
		return nil
	}
	parsed, err := time.Parse(time.RFC3339, given)
	if err != nil {
		q.wrong(name, "The "+name+" must be an RFC 3339 date and time.")
		return nil
	}
	return &parsed
}

func oneOf[T ~string](q *query, name string, allowed []T) T {
	given, present := q.c.GetQuery(name)
	if present && !slices.Contains(allowed, T(given)) {
		var names []string
		for _, value := range allowed {
			names = append(names, string(value))
		}
		q.wrong(name, "The "+name+" must be one of "+strings.Join(names, ", ")+".")
		return ""
	}
	return T(given)
}
