package admission

import (
	"github.com/gin-gonic/gin"

	"github.com/mintfax/mintfax/services/gateway/internal/edge"
	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/ids"
)

// Access says who may call a route, and so how its requests are counted.
type Access int

// The kinds of access. Only the first two need a key.
const (
	EnvironmentKey Access = iota // mfx_test_ or mfx_live_; a live one only once the account is activated
	AccountKey                   // mfx_acct_
	Register                     // counted strictly, by address, as a registration
	RegisterCode                 // counted strictly, by address
	BrowserPage                  // counted by address
	Callback                     // not counted: the sender proves itself to the handler. An address over its limit is refused
)

// NeedsKey reports whether the access needs a key.
func (a Access) NeedsKey() bool { return a == EnvironmentKey || a == AccountKey }

const callerKey = "mintfax.caller"

// Caller returns auth's verdict on the key of an admitted request; nil when the route needs no key.
func Caller(c *gin.Context) *contract.Verdict {
	value, _ := c.Get(callerKey)
	verdict, _ := value.(*contract.Verdict)
	return verdict
}

// Admit lets a request through to its handler or returns the refusal. The order of the checks is part of the API:
// the form of the key, its limits, the key itself, its kind, and the activation of its account.
func (a *Admission) Admit(c *gin.Context, access Access) error {
	if !access.NeedsKey() {
		return a.admitKeyless(c, access)
	}
	key, kind, err := parseKey(c)
	if err != nil {
		if limited := a.ChargeAddress(c); limited != nil {
			return limited
		}
		return err
	}
	verdict, err := a.authenticate(c, ids.DigestAPIKey(key))
	if err != nil {
		return err
	}
	c.Set(callerKey, &verdict)
	edge.Identify(c, verdict.KeyID, verdict.AccountID)
	c.Request = c.Request.WithContext(WithAccount(c.Request.Context(), verdict.AccountID))
	if err := checkKind(access, kind); err != nil {
		return err
	}
	return a.checkActivation(kind, verdict)
}

func (a *Admission) admitKeyless(c *gin.Context, access Access) error {
	switch access {
	case Register:
		return a.chargeStrictly(c, a.addressCharge(c, 1), a.registrationCharge(c))
	case RegisterCode:
		return a.chargeStrictly(c, a.addressCharge(c, 1))
	case Callback:
		return a.refuseExhaustedAddress(c)
	default:
		return a.ChargeAddress(c)
	}
}

// authenticate counts the request and asks auth about its key. A key that auth does not accept is charged to its
// address.
func (a *Admission) authenticate(c *gin.Context, digest [32]byte) (contract.Verdict, error) {
	if err := a.shedder.enter(c); err != nil {
		return contract.Verdict{}, err
	}
	defer a.shedder.leave()
	ctx, key := c.Request.Context(), fingerprint(digest[:16])
	countedAccount, err := a.chargeKey(c, key)
	if err != nil {
		return contract.Verdict{}, err
	}
	verdict, err := a.keys.check(ctx, digest)
	if err != nil {
		return contract.Verdict{}, err
	}
	if verdict.Refusal == apierror.APIKeyInvalid {
		a.knownKeys.remove(ctx, key)
		if limited := a.ChargeAddress(c); limited != nil {
			return contract.Verdict{}, limited
		}
		return contract.Verdict{}, apierror.New(apierror.APIKeyInvalid)
	}
	a.knownKeys.add(ctx, key, verdict.AccountID)
	if !countedAccount {
		return verdict, a.enforce(c, a.limiter.count(ctx, a.accountCharge(verdict.AccountID))...)
	}
	return verdict, nil
}
