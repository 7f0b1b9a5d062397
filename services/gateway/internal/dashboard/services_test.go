package dashboard_test

import (
	"context"
	"strings"
	"time"

	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/bus/bustest"
	"github.com/mintfax/mintfax/shared/contract"
)

// answers are the services of the fixture.
func (f *fixture) answers() *bustest.Services {
	services := &bustest.Services{}
	bustest.Answer(services, contract.StartSignIn, func(_ context.Context, r contract.StartSignInRequest) (contract.CodeSent, error) {
		if !strings.Contains(r.Email, "@") {
			return contract.CodeSent{}, apierror.Field("email", "no")
		}
		f.codes[r.Email] = "123456"
		f.requesters = append(f.requesters, r.Requester)
		return contract.CodeSent{Reference: "KMQX"}, nil
	})
	bustest.Answer(services, contract.VerifySignIn, func(_ context.Context, r contract.VerifyRequest) (contract.SignedIn, error) {
		f.proofs = append(f.proofs, r)
		if r.Code == "" || f.codes[r.Email] != r.Code {
			return contract.SignedIn{}, apierror.New(apierror.CodeInvalid)
		}
		return contract.SignedIn{AccountID: "acct_1"}, nil
	})
	bustest.Answer(services, contract.GetAccount, func(_ context.Context, r contract.GetAccountRequest) (contract.Account, error) {
		if r.AccountID != f.account.ID {
			return contract.Account{}, apierror.New(apierror.NotFound)
		}
		return f.account, nil
	})
	bustest.Answer(services, contract.GetBalances, func(context.Context, contract.GetAccountRequest) (contract.Balances, error) {
		return contract.Balances{Data: f.balances}, nil
	})
	bustest.Answer(services, contract.GetCard, func(context.Context, contract.GetAccountRequest) (contract.CardOnFile, error) {
		return contract.CardOnFile{Card: f.card}, nil
	})
	bustest.Answer(services, contract.ListPackages, func(context.Context, contract.None) (contract.List[contract.CreditPackage], error) {
		return contract.List[contract.CreditPackage]{Data: f.packages}, nil
	})
	bustest.Answer(services, contract.CreateCheckout, func(_ context.Context, r contract.CreateCheckoutRequest) (contract.HostedSession, error) {
		if r.PackageID != "starter" && r.PackageID != "scale" {
			return contract.HostedSession{}, apierror.Field("package_id", "There is no such package.")
		}
		f.asked = append(f.asked, r)
		return contract.HostedSession{ID: "cs_1", URL: stripeOrigin + "/pay/cs_1"}, nil
	})
	bustest.Answer(services, contract.GetAutoTopUp, func(context.Context, contract.GetAccountRequest) (contract.AutoTopUp, error) { return f.automatic, nil })
	bustest.Answer(services, contract.SetAutoTopUp, func(_ context.Context, r contract.SetAutoTopUpRequest) (contract.AutoTopUp, error) {
		f.did = append(f.did, r)
		return contract.AutoTopUp{}, nil
	})
	bustest.Answer(services, contract.GetSettings, func(context.Context, contract.GetAccountRequest) (contract.Settings, error) {
		return contract.Settings{}, nil
	})
	bustest.Answer(services, contract.SetLowBalance, func(_ context.Context, r contract.SetLowBalanceRequest) (contract.Settings, error) {
		f.did = append(f.did, r)
		return contract.Settings{}, nil
	})
	bustest.Answer(services, contract.RenameAccount, func(_ context.Context, r contract.RenameAccountRequest) (contract.Account, error) {
		f.did = append(f.did, r)
		return f.account, nil
	})
	bustest.Answer(services, contract.ListEnvironments, func(context.Context, contract.ListOwnedRequest) (contract.List[contract.Environment], error) {
		return contract.List[contract.Environment]{Data: []contract.Environment{f.live, f.sandbox}}, nil
	})
	bustest.Answer(services, contract.GetEnvironment, f.environment)
	bustest.Answer(services, contract.EnterEnvironment, func(ctx context.Context, r contract.OwnedRequest) (contract.Environment, error) {
		found, err := f.environment(ctx, r)
		if err == nil && found.Type == contract.Live && f.account.ActivatedAt == nil {
			err = apierror.New(apierror.AccountNotActivated)
		}
		return found, err
	})
	bustest.Answer(services, contract.CreateEnvironment, func(_ context.Context, r contract.CreateEnvironmentRequest) (contract.Environment, error) {
		f.did = append(f.did, r)
		return f.sandbox, nil
	})
	bustest.Answer(services, contract.RenameEnvironment, func(ctx context.Context, r contract.RenameEnvironmentRequest) (contract.Environment, error) {
		f.did = append(f.did, r)
		return f.environment(ctx, contract.OwnedRequest{AccountID: r.AccountID, ID: r.ID})
	})
	bustest.Answer(services, contract.ListKeys, func(context.Context, contract.ListOwnedRequest) (contract.List[contract.Key], error) {
		return contract.List[contract.Key]{Data: []contract.Key{{ID: "key_1", Name: "Laptop", Kind: contract.KindTest, EnvironmentID: &f.sandbox.ID, Last4: "abcd"}}}, nil
	})
	bustest.Answer(services, contract.CreateKey, func(_ context.Context, r contract.CreateKeyRequest) (contract.Key, error) {
		f.did = append(f.did, r)
		return contract.Key{ID: "key_2", Name: r.Name, Secret: "mfx_test_secret", Kind: contract.KindTest}, nil
	})
	bustest.Answer(services, contract.RotateKey, func(_ context.Context, r contract.RotateKeyRequest) (contract.Key, error) {
		f.did = append(f.did, r)
		return contract.Key{ID: "key_3", Secret: "mfx_test_rotated", Kind: contract.KindTest}, nil
	})
	bustest.Answer(services, contract.RevokeKey, func(_ context.Context, r contract.OwnedRequest) (contract.None, error) {
		f.did = append(f.did, r)
		return contract.None{}, nil
	})
	bustest.Answer(services, contract.CancelFax, func(_ context.Context, r contract.GetFaxRequest) (contract.Fax, error) {
		f.did = append(f.did, "cancel "+r.ID)
		return f.sent, nil
	})
	bustest.Answer(services, contract.DeleteFax, func(_ context.Context, r contract.GetFaxRequest) (contract.None, error) {
		f.did = append(f.did, "delete "+r.ID)
		return contract.None{}, nil
	})
	bustest.Answer(services, contract.PreviewFax, func(_ context.Context, r contract.SubmitFaxRequest) (contract.FaxPreview, error) {
		f.did = append(f.did, r)
		return f.preview, f.submitErr
	})
	bustest.Answer(services, contract.ResendFax, func(_ context.Context, r contract.ResendFaxRequest) (contract.SubmittedFax, error) {
		f.did = append(f.did, r)
		return contract.SubmittedFax{Fax: contract.FaxSubmission{ID: "fax_2"}}, nil
	})
	bustest.Answer(services, contract.GetFaxPages, func(context.Context, contract.GetFaxRequest) (contract.FaxPages, error) {
		return contract.FaxPages{}, apierror.New(apierror.DocumentGone)
	})
	bustest.Answer(services, contract.GetFaxSettings, func(context.Context, contract.GetAccountRequest) (contract.FaxSettings, error) {
		return contract.FaxSettings{RetentionDays: 30}, nil
	})
	bustest.Answer(services, contract.SetFaxSettings, func(_ context.Context, r contract.SetFaxSettingsRequest) (contract.FaxSettings, error) {
		f.did = append(f.did, r)
		return contract.FaxSettings{RetentionDays: *r.RetentionDays, ZeroFootprint: *r.ZeroFootprint}, nil
	})
	bustest.Answer(services, contract.GetFaxOverview, func(context.Context, contract.FaxOverviewRequest) (contract.FaxOverview, error) {
		return f.overview, nil
	})
	bustest.Answer(services, contract.FindFax, func(_ context.Context, r contract.OwnedRequest) (contract.FoundFax, error) {
		if r.AccountID != f.account.ID || r.ID != f.sent.ID {
			return contract.FoundFax{}, apierror.New(apierror.NotFound)
		}
		return contract.FoundFax{Tenant: f.from, Fax: f.sent}, nil
	})
	bustest.Answer(services, contract.ListFaxes, func(_ context.Context, r contract.ListFaxesRequest) (contract.List[contract.Fax], error) {
		f.did = append(f.did, r)
		return contract.List[contract.Fax]{Data: []contract.Fax{f.sent}}, nil
	})
	bustest.Answer(services, contract.SubmitFax, func(_ context.Context, r contract.SubmitFaxRequest) (contract.SubmittedFax, error) {
		f.did = append(f.did, r)
		return contract.SubmittedFax{Fax: contract.FaxSubmission{ID: f.sent.ID}}, f.submitErr
	})
	bustest.Answer(services, contract.ListTransactions, func(_ context.Context, r contract.ListTransactionsRequest) (contract.List[contract.Transaction], error) {
		f.did = append(f.did, r)
		return contract.List[contract.Transaction]{Data: []contract.Transaction{
			{ID: "txn_2", Type: contract.TransactionCapture, Amount: -6, CreatedAt: time.Now()}, {ID: "txn_1", Type: contract.TransactionHold, Amount: -6, CreatedAt: time.Now()},
		}}, nil
	})
	bustest.Answer(services, contract.ListPayments, func(context.Context, contract.ListOwnedRequest) (contract.List[contract.Payment], error) {
		return contract.List[contract.Payment]{Data: []contract.Payment{{ID: "pay_1", Amount: 1000, AmountRefunded: 250, Credits: 1000, Currency: "USD", Status: contract.PaymentPartiallyRefunded}}}, nil
	})
	bustest.Answer(services, contract.CreateTopUp, func(_ context.Context, r contract.CreateTopUpRequest) (contract.Payment, error) {
		f.did = append(f.did, r)
		return contract.Payment{}, f.topUpErr
	})
	bustest.Answer(services, contract.CreateSetup, func(context.Context, contract.CreateSetupRequest) (contract.HostedSession, error) {
		return contract.HostedSession{URL: stripeOrigin + "/setup/cs_2"}, nil
	})
	bustest.Answer(services, contract.RemoveCard, func(_ context.Context, r contract.GetAccountRequest) (contract.None, error) {
		f.did = append(f.did, r)
		return contract.None{}, nil
	})
	bustest.Answer(services, contract.Register, func(_ context.Context, r contract.RegisterRequest) (contract.RegistrationCodeSent, error) {
		if r.Name == "" {
			return contract.RegistrationCodeSent{}, apierror.Field("name", "The name field is required.")
		}
		return contract.RegistrationCodeSent{}, nil
	})
	bustest.Answer(services, contract.VerifyRegistration, func(_ context.Context, r contract.VerifyRequest) (contract.Registered, error) {
		if r.Code != "123456" {
			return contract.Registered{}, apierror.New(apierror.CodeInvalid)
		}
		return contract.Registered{Account: f.account, APIKey: "mfx_test_first", AccountKey: "mfx_acct_first"}, nil
	})
	bustest.Answer(services, contract.FulfilCheckout, func(context.Context, contract.FulfilCheckoutRequest) (contract.CheckoutOutcome, error) {
		return f.outcome, f.err
	})
	return services
}
