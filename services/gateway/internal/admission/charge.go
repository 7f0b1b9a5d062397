package admission

import (
	"math"
	"strconv"

	"github.com/gin-gonic/gin"

	"github.com/mintfax/mintfax/services/gateway/internal/edge"
	"github.com/mintfax/mintfax/shared/apierror"
)

func (a *Admission) addressCharge(c *gin.Context, cost int) charge {
	return charge{rule: a.rules.address, subject: edge.ClientNetwork(c), cost: cost}
}

func (a *Admission) registrationCharge(c *gin.Context) charge {
	return charge{rule: a.rules.registrations, subject: edge.ClientNetwork(c), cost: 1}
}

func (a *Admission) accountCharge(accountID string) charge {
	return charge{rule: a.rules.account, subject: accountID, cost: 1}
}

// chargeKey counts the key and its account in one round trip. The account is known from earlier requests; otherwise
// the caller counts it once auth has named it. Good keys do not use up the limit of their address, and are not refused
// when others have.
func (a *Admission) chargeKey(c *gin.Context, key fingerprint) (countedAccount bool, err error) {
	ctx := c.Request.Context()
	keyCharge := charge{rule: a.rules.key, subject: key.String(), cost: 1}
	if account, known := a.knownKeys.account(key); known {
		return true, a.enforce(c, a.limiter.count(ctx, a.accountCharge(account), keyCharge)...)
	}
	statuses := a.limiter.count(ctx, a.addressCharge(c, 0), keyCharge)
	if statuses[0].exceeded {
		account, known := a.knownKeys.find(ctx, key)
		if !known {
			return false, a.enforce(c, statuses[0])
		}
		statuses[0], countedAccount = a.limiter.count(ctx, a.accountCharge(account))[0], true
	}
	return countedAccount, a.enforce(c, statuses...)
}

// ChargeAddress counts a request without a good key against its address. It does not wait for Redis.
func (a *Admission) ChargeAddress(c *gin.Context) error {
	return a.enforce(c, a.limiter.countLater(c.Request.Context(), a.addressCharge(c, 1)))
}

// refuseExhaustedAddress refuses an address that is over its limit, and counts nothing.
func (a *Admission) refuseExhaustedAddress(c *gin.Context) error {
	return a.enforce(c, a.limiter.count(c.Request.Context(), a.addressCharge(c, 0))...)
}

// chargeStrictly refuses a request that cannot be counted. The headers show the first charge.
func (a *Admission) chargeStrictly(c *gin.Context, charges ...charge) error {
	statuses, err := a.limiter.countStrictly(c.Request.Context(), charges...)
	if err != nil {
		setLimitHeaders(c, status{rule: charges[0].rule})
		return apierror.Wrap(apierror.ServiceUnavailable, err)
	}
	if err := a.enforce(c, statuses...); err != nil {
		return err
	}
	setLimitHeaders(c, statuses[0])
	return nil
}

// enforce refuses with rate_limit_exceeded when any of the limits is exceeded. The headers show the first that is,
// else the last.
func (a *Admission) enforce(c *gin.Context, statuses ...status) error {
	for _, s := range statuses {
		setLimitHeaders(c, s)
		if s.exceeded {
			return apierror.New(apierror.RateLimitExceeded).With("retry_after", max(1, seconds(s)))
		}
	}
	return nil
}

func setLimitHeaders(c *gin.Context, s status) {
	c.Header("X-RateLimit-Limit", strconv.Itoa(s.rule.limit))
	c.Header("X-RateLimit-Remaining", strconv.Itoa(s.remaining()))
	c.Header("X-RateLimit-Reset", strconv.Itoa(seconds(s)))
}

func seconds(s status) int { return int(math.Ceil(s.reset.Seconds())) }
