package stripe

import (
	"errors"
	"net/http"
)

func (c *controlAPI) payByBank(r *http.Request) (any, error) {
	c.state.Lock()
	defer c.state.Unlock()
	session := c.state.Sessions.Get(r.PathValue("id"))
	if session == nil {
		return nil, errUnknown
	}
	if !c.sessions.PayByBank(session) {
		return nil, errors.New("only an open session with something to pay is paid by bank; this one is " + session.Status)
	}
	return asNow(session)
}

func (c *controlAPI) settleSession(r *http.Request) (any, error) {
	var asked struct {
		Succeeded *bool `json:"succeeded"`
	}
	if err := readControl(r, &asked); err != nil {
		return nil, err
	}
	if asked.Succeeded == nil {
		return nil, errors.New("succeeded is missing")
	}
	c.state.Lock()
	defer c.state.Unlock()
	session := c.state.Sessions.Get(r.PathValue("id"))
	if session == nil {
		return nil, errUnknown
	}
	if !c.sessions.Settle(session, *asked.Succeeded) {
		return nil, errors.New("no debit of this session is under way")
	}
	return asNow(session)
}
