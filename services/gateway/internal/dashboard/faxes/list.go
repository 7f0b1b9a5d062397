package faxes

import (
	"net/http"
	"strings"
	"time"

	"github.com/mintfax/mintfax/services/gateway/internal/dashboard/ui"
	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/bus"
	"github.com/mintfax/mintfax/shared/contract"
)

// faxList is the body of the list of faxes.
type faxList struct {
	Environments []contract.Environment
	Environment  contract.Environment
	Statuses     []contract.FaxStatus
	Filter       faxFilter
	Wrong        map[string]string
	Waits        bool // the environment is live and the account is not activated
	Faxes        []contract.Fax
	Pager        ui.Pager
}

// faxFilter is the filter as the user typed it.
type faxFilter struct {
	Status, To, Code, Tag, From, Until string
}

// Any reports whether the filter has any condition.
func (f faxFilter) Any() bool { return f != (faxFilter{}) }

// tags parses key=value.
func (f faxFilter) tags() map[string]string {
	if f.Tag == "" {
		return nil
	}
	key, value, _ := strings.Cut(f.Tag, "=")
	return map[string]string{strings.TrimSpace(key): strings.TrimSpace(value)}
}

func (p *Pages) list(c *ui.Context) {
	environments, err := c.Environments(c.Ctx())
	if err != nil {
		c.Fail(err, ui.FaxesPath)
		return
	}
	page := faxList{Environments: environments, Statuses: contract.FaxStatuses(), Filter: faxFilter{
		Status: c.Query("status"), To: strings.TrimSpace(c.Query("to")), From: c.Query("from"), Until: c.Query("until"),
		Code: strings.TrimSpace(c.Query("code")), Tag: strings.TrimSpace(c.Query("tag")),
	}}
	chosen := c.Query("environment")
	if chosen == "" {
		chosen = defaultEnvironment(environments, c.Account.ActivatedAt != nil)
	}
	page.Environment, err = bus.Call(c.Ctx(), p.services, contract.EnterEnvironment, c.Owned(chosen))
	var status int
	switch {
	case apierror.Has(err, apierror.AccountNotActivated):
		page.Waits, status = true, http.StatusForbidden
		page.Environment, err = bus.Call(c.Ctx(), p.services, contract.GetEnvironment, c.Owned(chosen))
	case err == nil:
		status, err = p.fill(c, &page)
	}
	if err != nil {
		c.Fail(err, ui.FaxesPath)
		return
	}
	c.Show(status, "faxes", ui.View{Title: "Faxes", Section: "faxes", Body: page})
}

// defaultEnvironment is the id of a live environment once the account is activated, before of a sandbox one.
func defaultEnvironment(environments []contract.Environment, activated bool) string {
	for _, e := range environments {
		if activated == (e.Type == contract.Live) {
			return e.ID
		}
	}
	return ""
}

// fill adds the faxes to the page, or the errors of its filter.
func (p *Pages) fill(c *ui.Context, page *faxList) (status int, err error) {
	request := contract.ListFaxesRequest{
		Tenant: tenantOf(page.Environment), Status: contract.FaxStatus(page.Filter.Status), To: page.Filter.To,
		ErrorCode: page.Filter.Code, Tags: page.Filter.tags(),
		Page: contract.Page{Limit: ui.PerPage, Cursor: c.Query("cursor")},
	}
	from, until, wrong := days(page.Filter.From, page.Filter.Until)
	request.CreatedAfter, request.CreatedBefore = from, until
	if wrong == "" {
		list, err := bus.Call(c.Ctx(), p.services, contract.ListFaxes, request)
		if err == nil {
			page.Faxes, page.Pager = list.Data, ui.NewPager(c.Request.URL, list.NextCursor)
			return http.StatusOK, nil
		}
		if !apierror.Has(err, apierror.ValidationFailed) {
			return 0, err
		}
		page.Wrong = ui.FieldErrors(err)
	} else {
		page.Wrong = map[string]string{"from": wrong}
	}
	return http.StatusUnprocessableEntity, nil
}

func tenantOf(e contract.Environment) contract.Tenant {
	return contract.Tenant{AccountID: e.AccountID, EnvironmentID: e.ID, EnvironmentType: e.Type}
}

// days parses the first and the last day to show, in UTC.
func days(first, last string) (from, until *time.Time, wrong string) {
	if first != "" {
		day, err := time.Parse(time.DateOnly, first)
		if err != nil {
			return nil, nil, "Write a day like 2026-11-24."
		}
		before := day.Add(-time.Microsecond)
		from = &before
	}
	if last != "" {
		day, err := time.Parse(time.DateOnly, last)
		if err != nil {
			return nil, nil, "Write a day like 2026-11-24."
		}
		after := day.AddDate(0, 0, 1)
		until = &after
	}
	return from, until, ""
}
