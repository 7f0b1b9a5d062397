package rpc

import (
	"context"
	"time"

	"github.com/mintfax/mintfax/shared/bus"
	"github.com/mintfax/mintfax/shared/contract"
)

// How long the gateway waits for an answer when 5 s are not right.
const (
	checkLimit  = time.Second
	stripeLimit = 15 * time.Second  // the answerer waits for Stripe itself
	chargeLimit = 25 * time.Second  // it may open a page after the charge
	faxLimit    = 130 * time.Second // the answerer renders documents, which may take two minutes of the CPU
)

// Ask is a question to another service.
type Ask[Req, Resp any] func(context.Context, Req) (Resp, error)

// Services are the questions, each named like its method of the contract.
type Services struct {
	CheckKeys Ask[contract.CheckKeysRequest, contract.CheckKeysReply]

	Register           Ask[contract.RegisterRequest, contract.RegistrationCodeSent]
	VerifyRegistration Ask[contract.VerifyRequest, contract.Registered]
	StartSignIn        Ask[contract.StartSignInRequest, contract.CodeSent]
	VerifySignIn       Ask[contract.VerifyRequest, contract.SignedIn]
	GetAccount         Ask[contract.GetAccountRequest, contract.Account]
	RenameAccount      Ask[contract.RenameAccountRequest, contract.Account]
	ListEnvironments   Ask[contract.ListOwnedRequest, contract.List[contract.Environment]]
	CreateEnvironment  Ask[contract.CreateEnvironmentRequest, contract.Environment]
	GetEnvironment     Ask[contract.OwnedRequest, contract.Environment]
	EnterEnvironment   Ask[contract.OwnedRequest, contract.Environment]
	RenameEnvironment  Ask[contract.RenameEnvironmentRequest, contract.Environment]
	ListKeys           Ask[contract.ListOwnedRequest, contract.List[contract.Key]]
	CreateKey          Ask[contract.CreateKeyRequest, contract.Key]
	RevokeKey          Ask[contract.OwnedRequest, contract.None]
	RotateKey          Ask[contract.RotateKeyRequest, contract.Key]

	ListPackages   Ask[contract.None, contract.List[contract.CreditPackage]]
	CreateCheckout Ask[contract.CreateCheckoutRequest, contract.HostedSession]
	CreateSetup    Ask[contract.CreateSetupRequest, contract.HostedSession]
	CreateTopUp    Ask[contract.CreateTopUpRequest, contract.Payment]
	FulfilCheckout Ask[contract.FulfilCheckoutRequest, contract.CheckoutOutcome]
	ReceiveStripe  Ask[contract.StripeDelivery, contract.None]
	ListPayments   Ask[contract.ListOwnedRequest, contract.List[contract.Payment]]
	GetCard        Ask[contract.GetAccountRequest, contract.CardOnFile]
	RemoveCard     Ask[contract.GetAccountRequest, contract.None]
	GetAutoTopUp   Ask[contract.GetAccountRequest, contract.AutoTopUp]
	SetAutoTopUp   Ask[contract.SetAutoTopUpRequest, contract.AutoTopUp]

	GetBalances      Ask[contract.GetAccountRequest, contract.Balances]
	ListTransactions Ask[contract.ListTransactionsRequest, contract.List[contract.Transaction]]
	OpenStatement    Ask[contract.OpenStatementRequest, contract.Statement]
	ListMovements    Ask[contract.ListMovementsRequest, contract.Movements]
	GetSettings      Ask[contract.GetAccountRequest, contract.Settings]
	SetLowBalance    Ask[contract.SetLowBalanceRequest, contract.Settings]

	SubmitFax      Ask[contract.SubmitFaxRequest, contract.SubmittedFax]
	GetFax         Ask[contract.GetFaxRequest, contract.Fax]
	FindFax        Ask[contract.OwnedRequest, contract.FoundFax]
	ListFaxes      Ask[contract.ListFaxesRequest, contract.List[contract.Fax]]
	GetFaxOverview Ask[contract.FaxOverviewRequest, contract.FaxOverview]
	QuoteFax       Ask[contract.SubmitFaxRequest, contract.FaxQuote]
	PreviewFax     Ask[contract.SubmitFaxRequest, contract.FaxPreview]
	ResendFax      Ask[contract.ResendFaxRequest, contract.SubmittedFax]
	CancelFax      Ask[contract.GetFaxRequest, contract.Fax]
	DeleteFax      Ask[contract.GetFaxRequest, contract.None]
	GetFaxPages    Ask[contract.GetFaxRequest, contract.FaxPages]
	ReceiveCarrier Ask[contract.CarrierDelivery, contract.None]
	GetFaxSettings Ask[contract.GetAccountRequest, contract.FaxSettings]
	SetFaxSettings Ask[contract.SetFaxSettingsRequest, contract.FaxSettings]
}

// FromBus asks over the broker.
func FromBus(c *bus.Client) *Services {
	return &Services{
		CheckKeys: within(checkLimit, ask(c, contract.CheckKeys)), // the gate has its own bound

		Register:           over(c, contract.Register),
		VerifyRegistration: over(c, contract.VerifyRegistration),
		StartSignIn:        over(c, contract.StartSignIn),
		VerifySignIn:       over(c, contract.VerifySignIn),
		GetAccount:         over(c, contract.GetAccount),
		RenameAccount:      over(c, contract.RenameAccount),
		ListEnvironments:   over(c, contract.ListEnvironments),
		CreateEnvironment:  over(c, contract.CreateEnvironment),
		GetEnvironment:     over(c, contract.GetEnvironment),
		EnterEnvironment:   over(c, contract.EnterEnvironment),
		RenameEnvironment:  over(c, contract.RenameEnvironment),
		ListKeys:           over(c, contract.ListKeys),
		CreateKey:          over(c, contract.CreateKey),
		RevokeKey:          over(c, contract.RevokeKey),
		RotateKey:          over(c, contract.RotateKey),

		ListPackages:   over(c, contract.ListPackages),
		CreateCheckout: within(stripeLimit, over(c, contract.CreateCheckout)),
		CreateSetup:    within(stripeLimit, over(c, contract.CreateSetup)),
		CreateTopUp:    within(chargeLimit, over(c, contract.CreateTopUp)),
		FulfilCheckout: within(stripeLimit, over(c, contract.FulfilCheckout)),
		ReceiveStripe:  within(stripeLimit, over(c, contract.ReceiveStripe)),
		ListPayments:   over(c, contract.ListPayments),
		GetCard:        over(c, contract.GetCard),
		RemoveCard:     within(stripeLimit, over(c, contract.RemoveCard)),
		GetAutoTopUp:   over(c, contract.GetAutoTopUp),
		SetAutoTopUp:   over(c, contract.SetAutoTopUp),

		GetBalances:      over(c, contract.GetBalances),
		ListTransactions: over(c, contract.ListTransactions),
		OpenStatement:    over(c, contract.OpenStatement),
		ListMovements:    over(c, contract.ListMovements),
		GetSettings:      over(c, contract.GetSettings),
		SetLowBalance:    over(c, contract.SetLowBalance),

		SubmitFax:      within(faxLimit, over(c, contract.SubmitFax)),
		GetFax:         over(c, contract.GetFax),
		FindFax:        over(c, contract.FindFax),
		ListFaxes:      over(c, contract.ListFaxes),
		GetFaxOverview: over(c, contract.GetFaxOverview),
		QuoteFax:       within(faxLimit, over(c, contract.QuoteFax)),
		PreviewFax:     within(faxLimit, over(c, contract.PreviewFax)),
		ResendFax:      within(faxLimit, over(c, contract.ResendFax)),
		CancelFax:      over(c, contract.CancelFax),
		DeleteFax:      over(c, contract.DeleteFax),
		GetFaxPages:    over(c, contract.GetFaxPages),
		ReceiveCarrier: within(stripeLimit, over(c, contract.ReceiveCarrier)),
		GetFaxSettings: over(c, contract.GetFaxSettings),
		SetFaxSettings: over(c, contract.SetFaxSettings),
	}
}

// over is ask with a bound on how many are in flight.
func over[Req, Resp any](c *bus.Client, method contract.Method[Req, Resp]) Ask[Req, Resp] {
	return shared(newSlots(), ask(c, method))
}

func ask[Req, Resp any](c *bus.Client, method contract.Method[Req, Resp]) Ask[Req, Resp] {
	return func(ctx context.Context, req Req) (Resp, error) { return bus.Call(ctx, c, method, req) }
}

func within[Req, Resp any](limit time.Duration, ask Ask[Req, Resp]) Ask[Req, Resp] {
	return func(ctx context.Context, req Req) (Resp, error) {
		ctx, cancel := context.WithTimeout(ctx, limit)
		defer cancel()
		return ask(ctx, req)
	}
}
