package httpapi

import (
	"io"
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/bus"
	"github.com/mintfax/mintfax/shared/contract"
)

// signingHeaders carry the signatures of callbacks.
var signingHeaders = []string{"Telnyx-Signature-Ed25519", "Telnyx-Timestamp"}

// receiveCarrier passes a callback on unchanged: fax-dispatch has the keys. It passes on only the beginning of the body,
// since Sinch sends the document along. A carrier that does not sign has the password of the URL. A forged callback, and
// one of an unknown carrier, is charged to its address.
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
