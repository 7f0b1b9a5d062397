package processor

// Where an intent stands.
const (
	RequiresPaymentMethod = "requires_payment_method"
	RequiresAction        = "requires_action"
	Processing            = "processing"
	Succeeded             = "succeeded"
	Canceled              = "canceled"
)

// NextAction is what has to happen before an intent can go on.
type NextAction struct {
	Type         string         `json:"type"`
	UseStripeSDK map[string]any `json:"use_stripe_sdk"`
}

// RedirectToBank is the next action that sends the cardholder to the 3-D Secure page.
func RedirectToBank() *NextAction {
	return &NextAction{Type: "use_stripe_sdk", UseStripeSDK: map[string]any{"type": "three_d_secure_redirect"}}
}

// PaymentIntent is the attempt to collect a payment, once or several times.
type PaymentIntent struct {
	ID                        string            `json:"id"`
	Object                    string            `json:"object"`
	Amount                    int64             `json:"amount"`
	AmountCapturable          int64             `json:"amount_capturable"`
	AmountDetails             AmountDetails     `json:"amount_details"`
	AmountReceived            int64             `json:"amount_received"`
	Application               Null              `json:"application"`
	ApplicationFeeAmount      Null              `json:"application_fee_amount"`
	AutomaticPaymentMethods   Null              `json:"automatic_payment_methods"`
	CanceledAt                *int64            `json:"canceled_at"`
	CancellationReason        Optional          `json:"cancellation_reason"`
	CaptureMethod             string            `json:"capture_method"`
	ClientSecret              string            `json:"client_secret"`
	ConfirmationMethod        string            `json:"confirmation_method"`
	Created                   int64             `json:"created"`
	Currency                  string            `json:"currency"`
	Customer                  Optional          `json:"customer"`
	Description               Optional          `json:"description"`
	Invoice                   Null              `json:"invoice"`
	LastPaymentError          *Error            `json:"last_payment_error"`
	LatestCharge              Optional          `json:"latest_charge"`
	Livemode                  bool              `json:"livemode"`
	Metadata                  map[string]string `json:"metadata"`
	NextAction                *NextAction       `json:"next_action"`
	OnBehalfOf                Null              `json:"on_behalf_of"`
	PaymentMethod             Optional          `json:"payment_method"`
	PaymentMethodConfig       Null              `json:"payment_method_configuration_details"`
	PaymentMethodOptions      map[string]any    `json:"payment_method_options"`
	PaymentMethodTypes        []string          `json:"payment_method_types"`
	Processing                Null              `json:"processing"`
	ReceiptEmail              Optional          `json:"receipt_email"`
	Review                    Null              `json:"review"`
	SetupFutureUsage          Optional          `json:"setup_future_usage"`
	Shipping                  Null              `json:"shipping"`
	Source                    Null              `json:"source"`
	StatementDescriptor       Null              `json:"statement_descriptor"`
	StatementDescriptorSuffix Null              `json:"statement_descriptor_suffix"`
	Status                    string            `json:"status"`
	TransferData              Null              `json:"transfer_data"`
	TransferGroup             Null              `json:"transfer_group"`
}

// AmountDetails has no tip.
type AmountDetails struct {
	Tip struct{} `json:"tip"`
}

// SetupIntent is the attempt to save a card without charging it.
type SetupIntent struct {
	ID                      string            `json:"id"`
	Object                  string            `json:"object"`
	Application             Null              `json:"application"`
	AutomaticPaymentMethods Null              `json:"automatic_payment_methods"`
	CancellationReason      Optional          `json:"cancellation_reason"`
	ClientSecret            string            `json:"client_secret"`
	Created                 int64             `json:"created"`
	Customer                Optional          `json:"customer"`
	Description             Optional          `json:"description"`
	FlowDirections          Null              `json:"flow_directions"`
	LastSetupError          *Error            `json:"last_setup_error"`
	LatestAttempt           Null              `json:"latest_attempt"`
	Livemode                bool              `json:"livemode"`
	Mandate                 Null              `json:"mandate"`
	Metadata                map[string]string `json:"metadata"`
	NextAction              *NextAction       `json:"next_action"`
	OnBehalfOf              Null              `json:"on_behalf_of"`
	PaymentMethod           Optional          `json:"payment_method"`
	PaymentMethodConfig     Null              `json:"payment_method_configuration_details"`
	PaymentMethodOptions    map[string]any    `json:"payment_method_options"`
	PaymentMethodTypes      []string          `json:"payment_method_types"`
	SingleUseMandate        Null              `json:"single_use_mandate"`
	Status                  string            `json:"status"`
	Usage                   string            `json:"usage"`
}
