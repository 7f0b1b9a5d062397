package contract

import (
	"errors"
	"fmt"
	"time"

	"github.com/mintfax/mintfax/shared/apierror"
)

// Methods that auth serves.
const (
	// CheckKeys validates a batch of keys. It reads each from the database, without a cache: every request
	// passes this check.
	CheckKeys Method[CheckKeysRequest, CheckKeysReply] = "auth.check"

	Register           Method[RegisterRequest, RegistrationCodeSent] = "auth.register"
	VerifyRegistration Method[VerifyRequest, Registered]             = "auth.register.verify"
	StartSignIn        Method[StartSignInRequest, CodeSent]          = "auth.sign_in"
	VerifySignIn       Method[VerifyRequest, SignedIn]               = "auth.sign_in.verify"
	GetAccount         Method[GetAccountRequest, Account]            = "auth.account.get"
	RenameAccount      Method[RenameAccountRequest, Account]         = "auth.account.rename"
	ListEnvironments   Method[ListOwnedRequest, List[Environment]]   = "auth.environment.list"
	CreateEnvironment  Method[CreateEnvironmentRequest, Environment] = "auth.environment.create"
	GetEnvironment     Method[OwnedRequest, Environment]             = "auth.environment.get"
	// EnterEnvironment is the same check for a signed-in person, who acts on an environment without a key. It
	// applies the rule that CheckKeys applies to the environment's keys. Errors: not_found, account_not_activated.
	EnterEnvironment  Method[OwnedRequest, Environment]             = "auth.environment.enter"
	RenameEnvironment Method[RenameEnvironmentRequest, Environment] = "auth.environment.rename"
	ListKeys          Method[ListOwnedRequest, List[Key]]           = "auth.key.list"
	CreateKey         Method[CreateKeyRequest, Key]                 = "auth.key.create"
	RevokeKey         Method[OwnedRequest, None]                    = "auth.key.revoke"
	RotateKey         Method[RotateKeyRequest, Key]                 = "auth.key.rotate"
)

// AccountRegistered reports a new account, with its environments and pools.
const AccountRegistered Event[AccountRegisteredEvent] = "account.registered"

// MaxCheckBatch is the maximum number of keys in one CheckKeysRequest.
const MaxCheckBatch = 512

// CheckKeysRequest carries the SHA-256 of each key. The keys themselves never leave the gateway.
type CheckKeysRequest struct {
	Digests [][]byte `json:"digests"`
}

// Validate rejects empty, oversized and malformed batches.
func (r CheckKeysRequest) Validate() error {
	if len(r.Digests) == 0 || len(r.Digests) > MaxCheckBatch {
		return fmt.Errorf("a batch has 1 to %d digests, got %d", MaxCheckBatch, len(r.Digests))
	}
	for _, digest := range r.Digests {
		if len(digest) != 32 {
			return errors.New("a digest has 32 bytes")
		}
	}
	return nil
}

// CheckKeysReply has one verdict for each digest, in the same order.
type CheckKeysReply struct {
	Verdicts []Verdict `json:"verdicts"`
}

// Verdict is the result for one key at the time of the check.
type Verdict struct {
	// Refusal is empty, api_key_invalid (nothing else is set), or account_not_activated.
	Refusal     apierror.Code `json:"refusal,omitempty"`
	KeyID       string        `json:"key_id,omitempty"`
	Kind        Kind          `json:"kind,omitempty"`
	AccountID   string        `json:"account_id,omitempty"`
	Environment *Environment  `json:"environment,omitempty"` // nil for an account key
}

// RegisterRequest requests a code by mail.
type RegisterRequest struct {
	Name      string    `json:"name"`
	Email     string    `json:"email"`
	Requester Requester `json:"requester"`
}

// RegisterReply is the same whether or not the e-mail is known.
type RegisterReply struct {
	Email     string `json:"email"`
	Message   string `json:"message"`
	ExpiresIn int    `json:"expires_in"` // seconds
}

// RegistrationCodeSent adds the reference of the request, which the mail contains too. Pages show it.
type RegistrationCodeSent struct {
	RegisterReply
	Reference string `json:"reference"`
}

// VerifyRequest submits a mailed code. Only the requester of the code can use it.
type VerifyRequest struct {
	Email     string    `json:"email"`
	Code      string    `json:"code"`
	Requester Requester `json:"requester"`
	// Next is the cookie that the requester's browser has afterwards, in the form of Requester.Browser. When the code is
	// right, auth records that browser as one of the e-mail's owner.
	Next string `json:"next,omitempty"`
}

// Registered is a new account with its first keys. Only this reply contains the keys.
type Registered struct {
	Account           Account       `json:"account"`
	Environments      []Environment `json:"environments"`
	APIKey            string        `json:"api_key"`
	AccountKey        string        `json:"account_key"`
	LiveEnvironmentID string        `json:"live_environment_id"`
	DashboardURL      string        `json:"dashboard_url"`
}

// StartSignInRequest requests a code by mail for the owner of an account.
type StartSignInRequest struct {
	Email     string    `json:"email"`
	Requester Requester `json:"requester"`
}

// CodeSent is the same whether or not the account exists.
type CodeSent struct {
	Reference string `json:"reference"` // of the request; the mail contains it too
}

// SignedIn names the account whose code was right.
type SignedIn struct {
	AccountID string `json:"account_id"`
}

// GetAccountRequest names an account.
type GetAccountRequest struct {
	AccountID string `json:"account_id"`
}

// Account is the public account resource without the card, which billing stores.
type Account struct {
	ID          string     `json:"id"`
	Name        string     `json:"name"`
	Email       string     `json:"email"`
	ActivatedAt *time.Time `json:"activated_at"`
	CreatedAt   time.Time  `json:"created_at"`
}

// RenameAccountRequest renames an account.
type RenameAccountRequest struct {
	AccountID string `json:"account_id"`
	Name      string `json:"name"`
}

// ListOwnedRequest requests a list of resources that an account owns.
type ListOwnedRequest struct {
	AccountID string `json:"account_id"`
	Page      Page   `json:"page"`
}

// OwnedRequest names one resource of an account. Another account's id is not_found.
type OwnedRequest struct {
	AccountID string `json:"account_id"`
	ID        string `json:"id"`
}

// Environment is the public environment resource.
type Environment struct {
	ID        string          `json:"id"`
	Name      string          `json:"name"`
	Type      EnvironmentType `json:"type"`
	AccountID string          `json:"account_id"`
	CreatedAt time.Time       `json:"created_at"`
}

// CreateEnvironmentRequest creates an environment. Its type never changes.
type CreateEnvironmentRequest struct {
	AccountID string          `json:"account_id"`
	Name      string          `json:"name"`
	Type      EnvironmentType `json:"type"`
}

// RenameEnvironmentRequest renames an environment.
type RenameEnvironmentRequest struct {
	AccountID string `json:"account_id"`
	ID        string `json:"id"`
	Name      string `json:"name"`
}

// Key is the public key resource. Secret is set only in the reply to its creation.
type Key struct {
	ID            string     `json:"id"`
	Secret        string     `json:"key,omitempty"`
	Name          string     `json:"name"`
	Kind          Kind       `json:"kind"`
	EnvironmentID *string    `json:"environment_id"`
	Last4         string     `json:"last4"`
	CreatedAt     time.Time  `json:"created_at"`
	LastUsedAt    *time.Time `json:"last_used_at"`
	ExpiresAt     *time.Time `json:"expires_at"`
}

// CreateKeyRequest creates a key for an environment or, with Kind account, for the account.
type CreateKeyRequest struct {
	AccountID     string `json:"account_id"`
	Name          string `json:"name"`
	EnvironmentID string `json:"environment_id,omitempty"`
	Kind          Kind   `json:"kind,omitempty"`
}

// RotateKeyRequest replaces a key; the old one works for OverlapSeconds more (0 to 604800).
type RotateKeyRequest struct {
	AccountID      string `json:"account_id"`
	ID             string `json:"id"`
	OverlapSeconds int    `json:"overlap_seconds"`
}

// AccountRegisteredEvent is the body of AccountRegistered.
type AccountRegisteredEvent struct {
	AccountID string    `json:"account_id"`
	CreatedAt time.Time `json:"created_at"`
}
