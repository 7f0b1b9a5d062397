package stack

// Service is a program of an instance.
type Service struct {
	Name    string // as its folder, its binary and its log are called
	Package string // relative to the checkout
	// Env is the environment of the n-th process, n from 1.
	Env func(s *Settings, n int) map[string]string
	// Ready is the path that answers 200 once it can serve, on the internal address. A program without
	// one is ready when it accepts connections there.
	Ready string
}

// The names of the programs.
const (
	Emulator    = "stripe-emulator"
	Fakes       = "carrier-fakes"
	Gateway     = "gateway"
	Auth        = "auth"
	Billing     = "billing"
	Wallet      = "wallet"
	FaxDispatch = "fax-dispatch"
)

// Services returns the programs of mintfax, the Stripe emulator first.
func Services() []Service {
	return []Service{
		{Name: Emulator, Package: "./deploy/fakes/cmd/stripe-emulator", Env: emulatorEnv},
		service(Auth, authEnv),
		service(Wallet, walletEnv),
		service(Billing, billingEnv),
		service(FaxDispatch, faxDispatchEnv),
		service(Gateway, gatewayEnv),
	}
}

// CarrierFakes is the program that imitates carriers. An instance has it when Options.LiveCarrier names one of them.
func CarrierFakes() Service {
	return Service{Name: Fakes, Package: "./deploy/fakes/cmd/carrier-fakes", Env: fakesEnv, Ready: "/healthz"}
}

func service(name string, env func(*Settings, int) map[string]string) Service {
	return Service{Name: name, Package: "./services/" + name, Env: env, Ready: "/readyz"}
}
