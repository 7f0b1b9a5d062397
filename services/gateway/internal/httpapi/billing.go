package httpapi

import (
	"io"
	"net/http"
	"net/url"

	"github.com/gin-gonic/gin"

	"github.com/mintfax/mintfax/services/gateway/internal/admission"
	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/bus"
	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/crashpoint"
)

func (a *API) listPackages(c *gin.Context) (reply, error) {
	packages, err := bus.Call(c.Request.Context(), a.services, contract.ListPackages, contract.None{})
	return reply{status: http.StatusOK, body: packages}, err
}

func (a *API) createCheckout(c *gin.Context) (reply, error) {
	var body struct {
		PackageID string `json:"package_id"`
	}
	if err := decode(c, &body); err != nil {
		return reply{}, err
	}
	if body.PackageID == "" {
		return reply{}, requiredField("package_id")
	}
	who, err := bus.Call(c.Request.Context(), a.services, contract.GetAccount, contract.GetAccountRequest{AccountID: admission.Caller(c).AccountID})
	if err != nil {
		return reply{}, err
	}
	session, err := bus.Call(c.Request.Context(), a.services, contract.CreateCheckout, contract.CreateCheckoutRequest{
		AccountID: who.ID, Name: who.Name, Email: who.Email, PackageID: body.PackageID,
	})
	crashpoint.Here(crashpoint.CheckoutAnswered)
	return reply{status: http.StatusCreated, body: session}, err
}

// createTopUp passes the idempotency key on: billing knows the payment that it began for the key, even if no response was
// kept.
func (a *API) createTopUp(c *gin.Context) (reply, error) {
	var body struct {
		PackageID string `json:"package_id"`
	}
	if err := decode(c, &body); err != nil {
		return reply{}, err
	}
	if body.PackageID == "" {
		return reply{}, requiredField("package_id")
	}
	who, err := bus.Call(c.Request.Context(), a.services, contract.GetAccount, contract.GetAccountRequest{AccountID: admission.Caller(c).AccountID})
	if err != nil {
		return reply{}, err
	}
	payment, err := bus.Call(c.Request.Context(), a.services, contract.CreateTopUp, contract.CreateTopUpRequest{
		AccountID: who.ID, Name: who.Name, Email: who.Email, PackageID: body.PackageID, RequestKey: c.GetHeader("Idempotency-Key"),
	})
	return reply{status: http.StatusCreated, body: payment}, err
}

func (a *API) createSetup(c *gin.Context) (reply, error) {
	if c.Request.ContentLength != 0 {
		if err := decode(c, &struct{}{}); err != nil {
			return reply{}, err
		}
	}
	who, err := bus.Call(c.Request.Context(), a.services, contract.GetAccount, contract.GetAccountRequest{AccountID: admission.Caller(c).AccountID})
	if err != nil {
		return reply{}, err
	}
	session, err := bus.Call(c.Request.Context(), a.services, contract.CreateSetup, contract.CreateSetupRequest{AccountID: who.ID, Name: who.Name, Email: who.Email})
	return reply{status: http.StatusCreated, body: session}, err
}

func (a *API) removeCard(c *gin.Context) (reply, error) {
	_, err := bus.Call(c.Request.Context(), a.services, contract.RemoveCard, contract.GetAccountRequest{AccountID: admission.Caller(c).AccountID})
	return reply{status: http.StatusNoContent}, err
}

func (a *API) listPayments(c *gin.Context) (reply, error) {
	asked, err := owned(c)
	if err != nil {
		return reply{}, err
	}
	list, err := bus.Call(c.Request.Context(), a.services, contract.ListPayments, asked)
	return reply{status: http.StatusOK, body: list}, err
}

// receiveStripe passes body and signature on unchanged: billing has the secret. A bad signature is charged to its address.
func (a *API) receiveStripe(c *gin.Context) (reply, error) {
	body, err := io.ReadAll(c.Request.Body)
	if err != nil {
		return reply{}, bodyError(err)
	}
	crashpoint.Here(crashpoint.StripeReceived)
	_, err = bus.Call(c.Request.Context(), a.services, contract.ReceiveStripe, contract.StripeDelivery{Body: body, Signature: c.GetHeader("Stripe-Signature")})
	crashpoint.Here(crashpoint.StripeTold)
	if apierror.Has(err, apierror.MalformedRequest) {
		if limited := a.admission.ChargeAddress(c); limited != nil {
			return reply{}, limited
		}
	}
	return reply{status: http.StatusOK, body: map[string]bool{"received": true}}, err
}

// returnFromCheckout is where Stripe sends the browser after a checkout. It has billing fulfil the checkout at once, which
// the webhook would do as well, and redirects to the dashboard, which shows the outcome to its owner.
func (a *API) returnFromCheckout(c *gin.Context) (reply, error) {
	session := c.Query("session_id")
	if session == "" {
		return reply{status: http.StatusSeeOther, location: "/dashboard/activate"}, nil
	}
	_, err := bus.Call(c.Request.Context(), a.services, contract.FulfilCheckout, contract.FulfilCheckoutRequest{SessionID: session})
	if apierror.Has(err, apierror.NotFound) {
		if limited := a.admission.ChargeAddress(c); limited != nil {
			return reply{}, limited
		}
	} else if err != nil {
		a.log.WarnContext(c.Request.Context(), "a checkout was not fulfilled on return; the webhook or the sweep will", "error", err)
	}
	return reply{status: http.StatusSeeOther, location: "/dashboard/activate?session_id=" + url.QueryEscape(session)}, nil
}
