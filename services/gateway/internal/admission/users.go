package admission

import (
	"github.com/gin-gonic/gin"
)

// LimitSignIn counts an attempt to sign in to the dashboard against its address. It fails with rate_limit_exceeded, and
// with service_unavailable when the attempt cannot be counted.
func (a *Admission) LimitSignIn(c *gin.Context) error {
	return a.chargeStrictly(c, a.addressCharge(c, 1))
}

// LimitRegistration is LimitSignIn for an attempt to register, of which fewer are allowed.
func (a *Admission) LimitRegistration(c *gin.Context) error {
	return a.chargeStrictly(c, a.addressCharge(c, 1), a.registrationCharge(c))
}

// LimitUser counts a request of a signed-in user against the account, and against a limit like that of a key.
func (a *Admission) LimitUser(c *gin.Context, accountID string) error {
	asKey := charge{rule: a.rules.key, subject: "person:" + accountID, cost: 1}
	return a.enforce(c, a.limiter.count(c.Request.Context(), a.accountCharge(accountID), asKey)...)
}
