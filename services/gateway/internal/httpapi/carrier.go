package httpapi

import (
	"io"
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/bus"
	"github.com/mintfax/mintfax/shared/contract"
)

// signingHeaders are those by which carriers sign what they tell.
var signingHeaders = []string{"Telnyx-Signature-Ed25519", "Telnyx-Timestamp"}

// receiveCarrier passes on what a carrier tells, as it came, but no more than what can tell something: fax-dispatch has
// the keys. What is forged, or of no carrier, counts against its address. Who does not sign has the password of the URL.
func (a *API) receiveCarrier(c *gin.Context) (reply, error) {
	body, err := io.ReadAll(io.LimitReader(c.Request.Body, callbackPart))
	if err == nil {
		_, err = io.Copy(io.Discard, c.Request.Body)
	}
	if err != nil {
		return reply{}, bodyError(err)
	}
	_, secret, _ := c.Request.BasicAuth()
	delivery := contract.CarrierDelivery{Carrier: c.Param("carrier"), Body: body, Headers: map[string]string{}, Secret: secret}
	for _, name := range signingHeaders {
		if value := c.GetHeader(name); value != "" {
			delivery.Headers[name] = value
		}
	}
	_, err = bus.Call(c.Request.Context(), a.services, contract.ReceiveCarrier, delivery)
	if apierror.Has(err, apierror.MalformedRequest) || apierror.Has(err, apierror.NotFound) {
		if limited := a.admission.ChargeAddress(c); limited != nil {
			return reply{}, limited
		}
	}
	return reply{status: http.StatusOK, body: map[string]bool{"received": true}}, err
}
