package controls

import (
	"errors"
	"net/http"
)

func (c *Controls) payByBank(r *http.Request) (any, error) {
	c.State.Lock()
	defer c.State.Unlock()
	session := c.State.Sessions.Get(r.PathValue("id"))
	if session == nil {
		return nil, errUnknown
	}
	if !c.Desk.PayByBank(session) {
		return nil, errors.New("only an open session with something to pay is paid by bank; this one is " + session.Status)
	}
	return asNow(session)
}

func (c *Controls) settleSession(r *http.Request) (any, error) {
	var asked struct {
		Succeeded *bool `json:"succeeded"`
	}
	if err := read(r, &asked); err != nil {
		return nil, err
	}
	if asked.Succeeded == nil {
		return nil, errors.New("succeeded is missing")
	}
	c.State.Lock()
	defer c.State.Unlock()
	session := c.State.Sessions.Get(r.PathValue("id"))
	if session == nil {
		return nil, errUnknown
	}
	if !c.Desk.Settle(session, *asked.Succeeded) {
		return nil, errors.New("no debit of this session is under way")
	}
	return asNow(session)
}
