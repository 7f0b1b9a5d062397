package httpapi

import (
	"github.com/gin-gonic/gin"

	"github.com/mintfax/mintfax/services/gateway/internal/limits"
	"github.com/mintfax/mintfax/shared/apierror"
)

// LimitSignIn counts a person's attempt to sign in against the address. It fails with rate_limit_exceeded, and with
// service_unavailable while attempts cannot be counted.
func (a *API) LimitSignIn(c *gin.Context) error {
	return a.limitStrictly(c, a.fromAddress(c, 1))
}

// LimitRegistration is LimitSignIn for an attempt to register, of which there are fewer.
func (a *API) LimitRegistration(c *gin.Context) error {
	return a.limitStrictly(c, a.fromAddress(c, 1), limits.Question{Rule: a.rules.registrations, Caller: address(c), Cost: 1})
}

// LimitPerson counts a request of somebody who is signed in, against their account and as if they were a key of it.
func (a *API) LimitPerson(c *gin.Context, accountID string) error {
	asPerson := limits.Question{Rule: a.rules.key, Caller: "person:" + accountID, Cost: 1}
	return a.allWithin(c, a.Limiter.Ask(c.Request.Context(), a.ofAccount(accountID), asPerson))
}

// LimitStranger counts a request without a session against the address.
func (a *API) LimitStranger(c *gin.Context) error { return a.charge(c) }

// Network is where a request comes from: an address, an IPv6 one by its /64.
func (a *API) Network(c *gin.Context) string { return address(c) }

func (a *API) limitStrictly(c *gin.Context, questions ...limits.Question) error {
	states, err := a.Limiter.AskStrictly(c.Request.Context(), questions...)
	if err != nil {
		return apierror.Wrap(apierror.ServiceUnavailable, err)
	}
	return a.allWithin(c, states)
}
