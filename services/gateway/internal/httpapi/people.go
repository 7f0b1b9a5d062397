package httpapi

import (
	"github.com/gin-gonic/gin"

	"github.com/mintfax/mintfax/services/gateway/internal/limits"
	"github.com/mintfax/mintfax/shared/apierror"
)

// LimitSignIn counts a person's attempt to sign in against the address. When it returns false it has
// answered: too many, or uncountable just now.
func (a *API) LimitSignIn(c *gin.Context) bool {
	return a.limitStrictly(c, a.fromAddress(c, 1))
}

// LimitRegistration is LimitSignIn for an attempt to register, of which there are fewer.
func (a *API) LimitRegistration(c *gin.Context) bool {
	return a.limitStrictly(c, a.fromAddress(c, 1), limits.Question{Rule: a.rules.registrations, Caller: address(c), Cost: 1})
}

// LimitPerson counts a request of somebody who is signed in, against their account as if it were a key.
func (a *API) LimitPerson(c *gin.Context, accountID string) bool {
	question := limits.Question{Rule: a.rules.key, Caller: "person:" + accountID, Cost: 1}
	return a.passes(c, a.Limiter.Ask(c.Request.Context(), question))
}

// Network is where a request comes from: an address, an IPv6 one by its /64.
func (a *API) Network(c *gin.Context) string { return address(c) }

func (a *API) limitStrictly(c *gin.Context, questions ...limits.Question) bool {
	states, err := a.Limiter.AskStrictly(c.Request.Context(), questions...)
	if err != nil {
		a.refuse(c, apierror.Wrap(apierror.ServiceUnavailable, err))
		return false
	}
	return a.passes(c, states)
}

func (a *API) passes(c *gin.Context, states []limits.State) bool {
	for _, state := range states {
		if err := a.within(c, state); err != nil {
			a.refuse(c, err)
			return false
		}
	}
	return true
}
