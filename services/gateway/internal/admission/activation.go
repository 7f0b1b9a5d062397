package admission

import (
	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/contract"
)

// checkActivation is the activation gate. Auth reads auth.accounts.activated_at fresh for every request; until it is
// set, auth's verdict on a live key is account_not_activated, and the request is refused with 403. Any other verdict
// that is not plainly a pass is service_unavailable.
func (a *Admission) checkActivation(kind contract.Kind, verdict contract.Verdict) error {
	if verdict.Refusal == apierror.AccountNotActivated {
		return apierror.New(apierror.AccountNotActivated).With("activate_url", a.activateURL)
	}
	hasEnvironment := verdict.Environment != nil || kind == contract.KindAccount
	if verdict.Refusal != "" || verdict.Kind != kind || !hasEnvironment {
		return apierror.New(apierror.ServiceUnavailable)
	}
	return nil
}

// checkKind refuses a key of the wrong kind: account keys manage the account, environment keys send faxes.
func checkKind(access Access, kind contract.Kind) error {
	if (kind == contract.KindAccount) != (access == AccountKey) {
		return apierror.New(apierror.WrongKeyKind)
	}
	return nil
}
