package httpapi

import (
	"encoding/hex"
	"math"
	"net/netip"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"github.com/mintfax/mintfax/services/gateway/internal/limits"
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
	if verdict.Refusal == apierror.APIKeyInvalid {
		if err := a.charge(c); err != nil {
			return err
		}
		return apierror.New(apierror.APIKeyInvalid)
	}
	c.Set(callerKey, &verdict)
	return a.mayCall(r, kind, verdict)
}

// verdict counts the request and asks auth about its key.
func (a *API) verdict(c *gin.Context, digest [32]byte) (contract.Verdict, error) {
	if err := a.crowd.enter(); err != nil {
		return contract.Verdict{}, err
	}
	defer a.crowd.leave()
	if err := a.countKey(c, digest); err != nil {
		return contract.Verdict{}, err
	}
	return a.Gate.Check(c.Request.Context(), digest)
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

// bearer is the token of the Authorization header.
func bearer(c *gin.Context) (string, error) {
	scheme, token, found := strings.Cut(c.GetHeader("Authorization"), " ")
	token = strings.TrimSpace(token)
	if !found || !strings.EqualFold(scheme, "Bearer") || token == "" {
		return "", apierror.New(apierror.Unauthenticated)
	}
	return token, nil
}

// admitOpen counts the registration routes by address, and refuses them while they cannot be counted.
// Callbacks are only looked at: their senders prove themselves in their handlers.
func (a *API) admitOpen(c *gin.Context, r route) error {
	if !strings.HasPrefix(r.path, "/v1/") {
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
	for _, state := range states {
		if err := a.within(c, state); err != nil {
			return err
		}
	}
	a.setLimitHeaders(c, states[0])
	return nil
}

// charge counts a request without a good key, which is refused anyway, against its address.
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

// countKey looks at the address and counts the key, in one round trip. The traffic of a good key does
// not use up the limit of its address, which is for requests before authentication.
func (a *API) countKey(c *gin.Context, digest [32]byte) error {
	states := a.Limiter.Ask(c.Request.Context(),
		a.fromAddress(c, 0),
		limits.Question{Rule: a.rules.key, Caller: hex.EncodeToString(digest[:16]), Cost: 1})
	if err := a.within(c, states[0]); err != nil {
		return err
	}
	return a.within(c, states[1])
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

// address is the client's, an IPv6 one by its /64: a whole such network is usually one customer's.
func address(c *gin.Context) string {
	parsed, err := netip.ParseAddr(c.ClientIP())
	if err != nil {
		return "unknown"
	}
	parsed = parsed.Unmap().WithZone("")
	if parsed.Is4() {
		return parsed.String()
	}
	network, err := parsed.Prefix(64)
	if err != nil {
		return parsed.String()
	}
	return network.String()
}
