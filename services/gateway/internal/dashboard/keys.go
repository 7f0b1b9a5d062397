package dashboard

import (
	"context"
	"net/http"

	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/bus"
	"github.com/mintfax/mintfax/shared/contract"
)

// keyList is what the page of environments and keys shows.
type keyList struct {
	Environments []contract.Environment
	Keys         []contract.Key
	Pager        pager
	Wrong        map[string]string
	Name         string // as it was given, when that was wrong
}

// EnvironmentOf is the name of a key's environment.
func (l keyList) EnvironmentOf(k contract.Key) string {
	for _, e := range l.Environments {
		if k.EnvironmentID != nil && e.ID == *k.EnvironmentID {
			return e.Name
		}
	}
	return ""
}

// keyPage is one key and what can be done with it.
type keyPage struct {
	Key         contract.Key
	Environment *contract.Environment
	Wrong       map[string]string
}

// accountChoice is what the form says for a key of the whole account.
const accountChoice = "account"

func (d *Dashboard) keys(v *visit) { d.showKeys(v, http.StatusOK, "", nil) }

func (d *Dashboard) showKeys(v *visit, status int, name string, wrong map[string]string) {
	page := keyList{Wrong: wrong, Name: name}
	var err error
	if page.Environments, err = d.environments(v.ctx(), v.accountID()); err != nil {
		d.failedOn(v, err, keysPath)
		return
	}
	list, err := bus.Call(v.ctx(), d.cfg.Services, contract.ListKeys, contract.ListOwnedRequest{
		AccountID: v.accountID(), Page: contract.Page{Limit: perPage, Cursor: v.c.Query("cursor")},
	})
	if err != nil {
		d.listFailed(v, err, keysPath)
		return
	}
	page.Keys, page.Pager = list.Data, pagesOf(v.c.Request.URL, list.NextCursor)
	d.show(v, status, "keys", view{Title: "Environments and keys", Section: "keys", Body: page})
}

// listFailed also leads who came with a bad cursor to the first page.
func (d *Dashboard) listFailed(v *visit, err error, path string) {
	if apierror.Has(err, apierror.ValidationFailed) && v.c.Query("cursor") != "" {
		seeOther(v.c, path)
		return
	}
	d.failedOn(v, err, path)
}

// mintKey answers with the new key itself: it is shown here and kept nowhere.
func (d *Dashboard) mintKey(v *visit) {
	r := contract.CreateKeyRequest{AccountID: v.accountID(), Name: v.c.PostForm("name")}
	if of := v.c.PostForm("of"); of == accountChoice {
		r.Kind = contract.KindAccount
	} else {
		r.EnvironmentID = of
	}
	key, err := bus.Call(v.ctx(), d.cfg.Services, contract.CreateKey, r)
	switch {
	case err == nil:
		d.show(v, http.StatusOK, "new_key", view{Title: "Your new key", Section: "keys", Body: key})
	case apierror.Has(err, apierror.ValidationFailed):
		d.showKeys(v, http.StatusUnprocessableEntity, r.Name, wrongFields(err))
	default:
		d.failedOn(v, err, keysPath)
	}
}

func (d *Dashboard) key(v *visit) { d.showKey(v, http.StatusOK, nil) }

func (d *Dashboard) showKey(v *visit, status int, wrong map[string]string) {
	key, err := d.findKey(v.ctx(), v.accountID(), v.c.Param("id"))
	if err != nil {
		d.failedOn(v, err, keysPath)
		return
	}
	page := keyPage{Key: key, Wrong: wrong}
	if key.EnvironmentID != nil {
		of, err := bus.Call(v.ctx(), d.cfg.Services, contract.GetEnvironment, v.owned(*key.EnvironmentID))
		if err != nil {
			d.failedOn(v, err, keysPath)
			return
		}
		page.Environment = &of
	}
	d.show(v, status, "key", view{Title: key.Name, Section: "keys", Body: page})
}

// findKey looks through the account's keys, of which there are not many.
func (d *Dashboard) findKey(ctx context.Context, accountID, id string) (contract.Key, error) {
	page := contract.Page{Limit: 100}
	for {
		list, err := bus.Call(ctx, d.cfg.Services, contract.ListKeys, contract.ListOwnedRequest{AccountID: accountID, Page: page})
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

// overlaps are the choices of how long a rotated key goes on working, in seconds.
func overlaps() map[string]int {
	return map[string]int{"none": 0, "hour": 60 * 60, "day": 24 * 60 * 60, "week": 7 * 24 * 60 * 60}
}

func (d *Dashboard) rotateKey(v *visit) {
	overlap, known := overlaps()[v.c.PostForm("overlap")]
	if !known {
		d.showKey(v, http.StatusUnprocessableEntity, map[string]string{"overlap": "Choose how long the old key goes on working."})
		return
	}
	key, err := bus.Call(v.ctx(), d.cfg.Services, contract.RotateKey, contract.RotateKeyRequest{AccountID: v.accountID(), ID: v.c.Param("id"), OverlapSeconds: overlap})
	switch {
	case err == nil:
		d.show(v, http.StatusOK, "new_key", view{Title: "Your new key", Section: "keys", Body: key})
	case apierror.Has(err, apierror.ValidationFailed):
		d.showKeys(v, http.StatusUnprocessableEntity, "", wrongFields(err))
	default:
		d.failedOn(v, err, keysPath)
	}
}

func (d *Dashboard) revokeKey(v *visit) {
	if v.c.PostForm("sure") == "" {
		d.showKey(v, http.StatusUnprocessableEntity, map[string]string{"sure": "Tick the box to revoke the key."})
		return
	}
	if _, err := bus.Call(v.ctx(), d.cfg.Services, contract.RevokeKey, v.owned(v.c.Param("id"))); err != nil {
		d.failedOn(v, err, keysPath)
		return
	}
	seeOther(v.c, keysPath+"?done=revoked")
}
