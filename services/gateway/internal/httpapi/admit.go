package httpapi

import (
	"math"
	"net/http"
	"net/netip"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"github.com/mintfax/mintfax/services/gateway/internal/edge"
	"github.com/mintfax/mintfax/services/gateway/internal/limits"
	"github.com/mintfax/mintfax/services/gateway/internal/rpc"
	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/keys"
)

const callerKey = "mintfax.caller"

// callerOf is who makes the request, once auth has let it through.
func callerOf(c *gin.Context) *contract.Verdict {
	who, _ := c.Get(callerKey)
	verdict, _ := who.(*contract.Verdict)
	return verdict
}

// admit lets a request through to its handler, or says why not.
func (a *API) admit(c *gin.Context, r route) error {
	if r.access == open {
		return a.admitOpen(c, r)
	}
	key, keyErr := bearer(c)
	kind := contract.Kind("")
	if keyErr == nil {
		if kind, keyErr = keys.Parse(key); keyErr != nil {
			keyErr = apierror.New(apierror.APIKeyInvalid)
		}
	}
	if keyErr != nil {
		if err := a.charge(c); err != nil {
			return err
		}
		return keyErr
	}
	verdict, err := a.verdict(c, keys.Digest(key))
	if err != nil {
		return err
	}
	c.Set(callerKey, &verdict)
	c.Request = c.Request.WithContext(rpc.ForAccount(c.Request.Context(), verdict.AccountID))
	return a.mayCall(r, kind, verdict)
}

// verdict counts the request and asks auth about its key. A key that auth does not accept is charged to its address.
func (a *API) verdict(c *gin.Context, digest [32]byte) (contract.Verdict, error) {
	if err := a.crowd.enter(); err != nil {
		return contract.Verdict{}, err
	}
	defer a.crowd.leave()
	ctx, key := c.Request.Context(), limits.Fingerprint(digest[:16])
	counted, err := a.countKey(c, key)
	if err != nil {
		return contract.Verdict{}, err
	}
	verdict, err := a.Gate.Check(ctx, digest)
	if err != nil {
		return contract.Verdict{}, err
	}
	if verdict.Refusal == apierror.APIKeyInvalid {
		a.Known.Forget(ctx, key)
		if err := a.charge(c); err != nil {
			return contract.Verdict{}, err
		}
		return contract.Verdict{}, apierror.New(apierror.APIKeyInvalid)
	}
	a.Known.Learn(ctx, key, verdict.AccountID)
	if !counted {
		return verdict, a.within(c, a.Limiter.Ask(ctx, a.ofAccount(verdict.AccountID))[0])
	}
	return verdict, nil
}

// mayCall is the wall between the kinds, and behind it the activation gate. Whatever auth says that
// is not plainly a pass is a refusal.
func (a *API) mayCall(r route, kind contract.Kind, verdict contract.Verdict) error {
	isAccountKey := kind == contract.KindAccount
	if isAccountKey != (r.access == accountKey) {
		return apierror.New(apierror.WrongKeyKind)
	}
	if verdict.Refusal == apierror.AccountNotActivated {
		return apierror.New(apierror.AccountNotActivated).With("activate_url", a.cfg.PublicURL+"/dashboard/activate")
	}
	if verdict.Refusal != "" || verdict.Kind != kind || (!isAccountKey && verdict.Environment == nil) {
		return apierror.New(apierror.ServiceUnavailable)
	}
	return nil
}

// bearer is the token of the Authorization header. Of two such headers a proxy may have judged the other one, so they are
// no key.
func bearer(c *gin.Context) (string, error) {
	given := c.Request.Header.Values("Authorization")
	if len(given) > 1 {
		return "", apierror.New(apierror.APIKeyInvalid)
	}
	scheme, token, found := strings.Cut(c.GetHeader("Authorization"), " ")
	token = strings.Trim(token, " \t")
	if !found || !strings.EqualFold(scheme, "Bearer") || token == "" {
		return "", apierror.New(apierror.Unauthenticated)
	}
	return token, nil
}

// admitOpen counts the registration routes by address, and refuses them while they cannot be counted.
// Callbacks are only looked at, since their senders prove themselves in their handlers. People's pages are counted.
func (a *API) admitOpen(c *gin.Context, r route) error {
	if !strings.HasPrefix(r.path, "/v1/") {
		if r.method == http.MethodGet {
			return a.charge(c)
		}
		return a.look(c)
	}
	questions := []limits.Question{a.fromAddress(c, 1)}
	if strings.HasSuffix(r.path, "/register") {
		questions = append(questions, limits.Question{Rule: a.rules.registrations, Caller: address(c), Cost: 1})
	}
	states, err := a.Limiter.AskStrictly(c.Request.Context(), questions...)
	if err != nil {
		a.setLimitHeaders(c, limits.State{Rule: a.rules.address})
		return apierror.Wrap(apierror.ServiceUnavailable, err)
	}
	if err := a.allWithin(c, states); err != nil {
		return err
	}
	a.setLimitHeaders(c, states[0])
	return nil
}

// charge counts a request without a good key against its address, and does not wait for Redis.
func (a *API) charge(c *gin.Context) error {
	return a.within(c, a.Limiter.AskLater(c.Request.Context(), a.fromAddress(c, 1)))
}

func (a *API) fromAddress(c *gin.Context, cost int) limits.Question {
	return limits.Question{Rule: a.rules.address, Caller: address(c), Cost: cost}
}

// look refuses an address that is over its limit, and counts nothing.
func (a *API) look(c *gin.Context) error {
	return a.within(c, a.Limiter.Ask(c.Request.Context(), a.fromAddress(c, 0))[0])
}

// countKey counts the key and its account, in one round trip. Of which account it is, is known from earlier requests; of
// a key that is not known, the caller counts the account once auth has told it. The traffic of good keys does not use up
// the limit of their address, nor are they refused when others have.
func (a *API) countKey(c *gin.Context, key limits.Fingerprint) (countedAccount bool, err error) {
	ctx := c.Request.Context()
	ofKey := limits.Question{Rule: a.rules.key, Caller: key.String(), Cost: 1}
	if account, known := a.Known.Account(key); known {
		return true, a.allWithin(c, a.Limiter.Ask(ctx, a.ofAccount(account), ofKey))
	}
	states := a.Limiter.Ask(ctx, a.fromAddress(c, 0), ofKey)
	if states[0].Exceeded {
		account, known := a.Known.Find(ctx, key)
		if !known {
			return false, a.within(c, states[0])
		}
		states[0], countedAccount = a.Limiter.Ask(ctx, a.ofAccount(account))[0], true
	}
	return countedAccount, a.allWithin(c, states)
}

func (a *API) ofAccount(accountID string) limits.Question {
	return limits.Question{Rule: a.rules.account, Caller: accountID, Cost: 1}
}

// allWithin is within of each. The headers tell of the first that is exceeded, else of the last.
func (a *API) allWithin(c *gin.Context, states []limits.State) error {
	for _, state := range states {
		if err := a.within(c, state); err != nil {
			return err
		}
	}
	return nil
}

func (a *API) within(c *gin.Context, state limits.State) error {
	a.setLimitHeaders(c, state)
	if !state.Exceeded {
		return nil
	}
	return apierror.New(apierror.RateLimitExceeded).With("retry_after", max(1, seconds(state)))
}

func (a *API) setLimitHeaders(c *gin.Context, state limits.State) {
	c.Header("X-RateLimit-Limit", strconv.Itoa(state.Rule.Limit))
	c.Header("X-RateLimit-Remaining", strconv.Itoa(state.Remaining()))
	c.Header("X-RateLimit-Reset", strconv.Itoa(seconds(state)))
}

func seconds(state limits.State) int { return int(math.Ceil(state.Reset.Seconds())) }

// address is what the client is counted by.
func address(c *gin.Context) string {
	parsed, err := netip.ParseAddr(c.ClientIP())
	if err != nil {
		return "unknown"
	}
	return edge.Client(parsed)
}
