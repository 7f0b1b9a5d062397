package dashboard

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/bus"
	"github.com/mintfax/mintfax/shared/contract"
)

const perPage = 20

// faxList is what the list of faxes shows.
type faxList struct {
	Environments []contract.Environment
	Environment  contract.Environment
	Statuses     []contract.FaxStatus
	Filter       faxFilter
	Wrong        map[string]string
	Waits        bool // the environment is live and the account is not activated
	Faxes        []contract.Fax
	Pager        pager
}

// faxFilter is what the person asked for, as they wrote it.
type faxFilter struct {
	Status, To, Code, Tag, From, Until string
}

// Any says whether anything is filtered.
func (f faxFilter) Any() bool { return f != (faxFilter{}) }

// tags reads key=value; without a value, the tag has none.
func (f faxFilter) tags() map[string]string {
	if f.Tag == "" {
		return nil
	}
	key, value, _ := strings.Cut(f.Tag, "=")
	return map[string]string{strings.TrimSpace(key): strings.TrimSpace(value)}
}

// pager leads to the next page of a list, and from a later one back to the first.
type pager struct {
	Newest, Older string
}

func (d *Dashboard) faxes(v *visit) {
	environments, err := d.environments(v.ctx(), v.accountID())
	if err != nil {
		d.failedOn(v, err, faxesPath)
		return
	}
	page := faxList{Environments: environments, Statuses: contract.FaxStatuses(), Filter: faxFilter{
		Status: v.c.Query("status"), To: strings.TrimSpace(v.c.Query("to")), From: v.c.Query("from"), Until: v.c.Query("until"),
		Code: strings.TrimSpace(v.c.Query("code")), Tag: strings.TrimSpace(v.c.Query("tag")),
	}}
	chosen := v.c.Query("environment")
	if chosen == "" {
		chosen = firstToLookAt(environments, v.account.ActivatedAt != nil)
	}
	page.Environment, err = bus.Call(v.ctx(), d.cfg.Services, contract.EnterEnvironment, v.owned(chosen))
	var status int
	switch {
	case apierror.Has(err, apierror.AccountNotActivated):
		page.Waits, status = true, http.StatusForbidden
		page.Environment, err = bus.Call(v.ctx(), d.cfg.Services, contract.GetEnvironment, v.owned(chosen))
	case err == nil:
		status, err = d.listFaxes(v, &page)
	}
	if err != nil {
		d.failedOn(v, err, faxesPath)
		return
	}
	d.show(v, status, "faxes", view{Title: "Faxes", Section: "faxes", Body: page})
}

// firstToLookAt is the environment that the list begins with: live once it works.
func firstToLookAt(environments []contract.Environment, activated bool) string {
	for _, e := range environments {
		if activated == (e.Type == contract.Live) {
			return e.ID
		}
	}
	return ""
}

// listFaxes fills the page, also with what is wrong in the filter.
func (d *Dashboard) listFaxes(v *visit, page *faxList) (status int, err error) {
	request := contract.ListFaxesRequest{
		Tenant: tenantOf(page.Environment), Status: contract.FaxStatus(page.Filter.Status), To: page.Filter.To,
		ErrorCode: page.Filter.Code, Tags: page.Filter.tags(),
		Page: contract.Page{Limit: perPage, Cursor: v.c.Query("cursor")},
	}
	from, until, wrong := days(page.Filter.From, page.Filter.Until)
	request.CreatedAfter, request.CreatedBefore = from, until
	if wrong == "" {
		list, err := bus.Call(v.ctx(), d.cfg.Services, contract.ListFaxes, request)
		if err == nil {
			page.Faxes, page.Pager = list.Data, pagesOf(v.c.Request.URL, list.NextCursor)
			return http.StatusOK, nil
		}
		if !apierror.Has(err, apierror.ValidationFailed) {
			return 0, err
		}
		page.Wrong = wrongFields(err)
	} else {
		page.Wrong = map[string]string{"from": wrong}
	}
	return http.StatusUnprocessableEntity, nil
}

func tenantOf(e contract.Environment) contract.Tenant {
	return contract.Tenant{AccountID: e.AccountID, EnvironmentID: e.ID, EnvironmentType: e.Type}
}

// days reads the first and the last day to show, in UTC.
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

func pagesOf(here *url.URL, next *string) pager {
	query := here.Query()
	query.Del("done")
	var p pager
	if query.Has("cursor") {
		query.Del("cursor")
		p.Newest = here.Path + "?" + query.Encode()
	}
	if next != nil {
		query.Set("cursor", *next)
		p.Older = here.Path + "?" + query.Encode()
	}
	return p
}
