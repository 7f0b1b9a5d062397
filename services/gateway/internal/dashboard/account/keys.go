package account

import (
	"context"
	"net/http"

	"github.com/mintfax/mintfax/services/gateway/internal/dashboard/ui"
	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/bus"
	"github.com/mintfax/mintfax/shared/contract"
)

// keyList is the body of the page of environments and keys.
type keyList struct {
	Environments []contract.Environment
	Keys         []contract.Key
	Pager        ui.Pager
	Wrong        map[string]string
	Name         string // as the user typed it, if it was wrong
}

// EnvironmentOf returns the name of a key's environment.
func (l keyList) EnvironmentOf(k contract.Key) string {
	for _, e := range l.Environments {
		if k.EnvironmentID != nil && e.ID == *k.EnvironmentID {
			return e.Name
		}
	}
	return ""
}

// keyPage is the body of the page of a key.
type keyPage struct {
	Key         contract.Key
	Environment *contract.Environment
	Wrong       map[string]string
}

// accountChoice is the form value for a key of the whole account.
const accountChoice = "account"

func (p *Pages) keys(c *ui.Context) { p.showKeys(c, http.StatusOK, "", nil) }

func (p *Pages) showKeys(c *ui.Context, status int, name string, wrong map[string]string) {
	page := keyList{Wrong: wrong, Name: name}
	var err error
	if page.Environments, err = c.Environments(c.Ctx()); err != nil {
		c.Fail(err, ui.KeysPath)
		return
	}
	list, err := bus.Call(c.Ctx(), p.services, contract.ListKeys, contract.ListOwnedRequest{
		AccountID: c.AccountID(), Page: contract.Page{Limit: ui.PerPage, Cursor: c.Query("cursor")},
	})
	if err != nil {
		c.FailList(err, ui.KeysPath)
		return
	}
	page.Keys, page.Pager = list.Data, ui.NewPager(c.Request.URL, list.NextCursor)
	c.Show(status, "keys", ui.View{Title: "Environments and keys", Section: "keys", Body: page})
}

// createKey shows the new key in its response. The key is not stored.
func (p *Pages) createKey(c *ui.Context) {
	r := contract.CreateKeyRequest{AccountID: c.AccountID(), Name: c.PostForm("name")}
	if of := c.PostForm("of"); of == accountChoice {
		r.Kind = contract.KindAccount
	} else {
		r.EnvironmentID = of
	}
	key, err := bus.Call(c.Ctx(), p.services, contract.CreateKey, r)
	switch {
	case err == nil:
		c.Show(http.StatusOK, "new_key", ui.View{Title: "Your new key", Section: "keys", Body: key})
	case apierror.Has(err, apierror.ValidationFailed):
		p.showKeys(c, http.StatusUnprocessableEntity, r.Name, ui.FieldErrors(err))
	default:
		c.Fail(err, ui.KeysPath)
	}
}

func (p *Pages) key(c *ui.Context) { p.showKey(c, http.StatusOK, nil) }

func (p *Pages) showKey(c *ui.Context, status int, wrong map[string]string) {
	key, err := p.findKey(c.Ctx(), c.AccountID(), c.Param("id"))
	if err != nil {
		c.Fail(err, ui.KeysPath)
		return
	}
	page := keyPage{Key: key, Wrong: wrong}
	if key.EnvironmentID != nil {
		of, err := bus.Call(c.Ctx(), p.services, contract.GetEnvironment, c.Owned(*key.EnvironmentID))
		if err != nil {
			c.Fail(err, ui.KeysPath)
			return
		}
		page.Environment = &of
	}
	c.Show(status, "key", ui.View{Title: key.Name, Section: "keys", Body: page})
}

// findKey searches the account's keys. An account has few.
func (p *Pages) findKey(ctx context.Context, accountID, id string) (contract.Key, error) {
	page := contract.Page{Limit: 100}
	for {
		list, err := bus.Call(ctx, p.services, contract.ListKeys, contract.ListOwnedRequest{AccountID: accountID, Page: page})
		if err != nil {
			return contract.Key{}, err
		}
		for _, key := range list.Data {
			if key.ID == id {
				return key, nil
			}
		}
		if list.NextCursor == nil {
			return contract.Key{}, apierror.New(apierror.NotFound)
		}
		page.Cursor = *list.NextCursor
	}
}

// overlaps are the choices of how long a rotated key keeps working, in seconds.
func overlaps() map[string]int {
	return map[string]int{"none": 0, "hour": 60 * 60, "day": 24 * 60 * 60, "week": 7 * 24 * 60 * 60}
}

func (p *Pages) rotateKey(c *ui.Context) {
	overlap, known := overlaps()[c.PostForm("overlap")]
	if !known {
		p.showKey(c, http.StatusUnprocessableEntity, map[string]string{"overlap": "Choose how long the old key goes on working."})
		return
	}
	key, err := bus.Call(c.Ctx(), p.services, contract.RotateKey, contract.RotateKeyRequest{AccountID: c.AccountID(), ID: c.Param("id"), OverlapSeconds: overlap})
	switch {
	case err == nil:
		c.Show(http.StatusOK, "new_key", ui.View{Title: "Your new key", Section: "keys", Body: key})
	case apierror.Has(err, apierror.ValidationFailed):
		p.showKeys(c, http.StatusUnprocessableEntity, "", ui.FieldErrors(err))
	default:
		c.Fail(err, ui.KeysPath)
	}
}

func (p *Pages) revokeKey(c *ui.Context) {
	if c.PostForm("sure") == "" {
		p.showKey(c, http.StatusUnprocessableEntity, map[string]string{"sure": "Tick the box to revoke the key."})
		return
	}
	if _, err := bus.Call(c.Ctx(), p.services, contract.RevokeKey, c.Owned(c.Param("id"))); err != nil {
		c.Fail(err, ui.KeysPath)
		return
	}
	c.SeeOther(ui.KeysPath + "?done=revoked")
}
