package contract

// Kind is the kind of a key. It decides which routes the key may call.
type Kind string

// The kinds of key. KindTest and KindLive belong to one environment, KindAccount to the account.
const (
	KindTest    Kind = "test"
	KindLive    Kind = "live"
	KindAccount Kind = "account"
)

// EnvironmentType is sandbox or live. The type of an environment never changes.
type EnvironmentType string

// The types of environment, which are also the names of an account's two pools.
const (
	Sandbox EnvironmentType = "sandbox"
	Live    EnvironmentType = "live"
)

// Valid reports whether t is one of the two types.
func (t EnvironmentType) Valid() bool { return t == Sandbox || t == Live }

// KeyKind returns the kind of keys that an environment of type t has.
func (t EnvironmentType) KeyKind() Kind {
	if t == Live {
		return KindLive
	}
	return KindTest
}

// Currency is the only currency of prices and balances. A credit is worth one cent of it.
const Currency = "USD"
