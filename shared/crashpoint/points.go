package crashpoint

// Point is a point between two steps of a service's work, where a crash can lose either.
type Point string

// Of the gateway.
const (
	KeyAdmitted       Point = "key.admitted"       // auth has accepted the key
	UploadStaged      Point = "upload.staged"      // the file is stored, nothing refers to it
	SubmissionTold    Point = "submission.told"    // fax-dispatch has accepted, the client has no response
	IdempotencyBegun  Point = "idempotency.begun"  // the key is claimed
	IdempotencyKept   Point = "idempotency.kept"   // the response is stored, the client has none
	StripeReceived    Point = "stripe.received"    // an event came in
	StripeTold        Point = "stripe.told"        // billing has handled it, Stripe has no response
	CheckoutAnswered  Point = "checkout.answered"  // the page exists, the client does not have its URL
	RegistrationAsked Point = "registration.asked" // a code was submitted
)

// Of auth.
const (
	CheckAnswered       Point = "check.answered"        // verdicts are read, not sent
	CodeIssued          Point = "code.issued"           // a code is stored, not mailed
	AccountBeforeCommit Point = "account.before_commit" // account, environments, pools and keys are written
	AccountCommitted    Point = "account.committed"     // and committed, the person has no keys
	KeyRevoked          Point = "key.revoked"           // committed, no reply sent
)

// Of billing.
const (
	CheckoutWritten        Point = "checkout.written"         // our row, before the request to Stripe
	CheckoutOpened         Point = "checkout.opened"          // the page exists at Stripe, our row has no reference to it
	WebhookVerified        Point = "webhook.verified"         // the signature is valid
	SessionRead            Point = "session.read"             // Stripe says it is paid
	ActivationLocked       Point = "activation.locked"        // checkout and account are locked
	ActivationPaid         Point = "activation.paid"          // the payment is written
	ActivationCredited     Point = "activation.credited"      // and the pool credited
	ActivationSet          Point = "activation.set"           // and activated_at set
	ActivationBeforeCommit Point = "activation.before_commit" // and all messages written
	ActivationCommitted    Point = "activation.committed"     // committed, nothing published
	WebhookFulfilled       Point = "webhook.fulfilled"        // Stripe has no response
	SweepClaimed           Point = "sweep.claimed"            // the sweep has claimed a checkout
)

// Of wallet.
const (
	HoldBeforeCommit       Point = "hold.before_commit"
	HoldCommitted          Point = "hold.committed"
	VoidBeforeCommit       Point = "void.before_commit"
	VoidCommitted          Point = "void.committed"
	SettlementBeforeCommit Point = "settlement.before_commit"
	SettlementCommitted    Point = "settlement.committed" // the message is not acknowledged
)

// Of fax-dispatch.
const (
	SubmissionCreated      Point = "submission.created"       // accepting, without a hold
	SubmissionHeld         Point = "submission.held"          // the hold is placed
	SubmissionKept         Point = "submission.kept"          // the documents have moved
	SubmissionBeforeCommit Point = "submission.before_commit" // queued, with its messages
	SubmissionAccepted     Point = "submission.accepted"      // committed, the gateway has no reply
	AbandonMarked          Point = "abandon.marked"           // by the sweep after a crash
	AbandonVoided          Point = "abandon.voided"
	AttemptBegun           Point = "attempt.begun"   // written, the carrier has nothing
	AttemptPlacing         Point = "attempt.placing" // before the request to the carrier
	AttemptPlaced          Point = "attempt.placed"  // the carrier accepted the call and reported its result
	AttemptBeforeCommit    Point = "attempt.before_commit"
	AttemptFinished        Point = "attempt.finished" // the work is not acknowledged
)

// Of every service that has the part.
const (
	QuestionAnswered Point = "question.answered" // executed, the reply is not sent
	MessageReceived  Point = "message.received"  // an event or work, before it is handled
	MessageHandled   Point = "message.handled"   // its effect is committed, it is not acknowledged
	OutboxClaimed    Point = "outbox.claimed"    // rows are locked, not published
	OutboxPublished  Point = "outbox.published"  // confirmed by the broker, not deleted
	OutboxDeleted    Point = "outbox.deleted"    // and committed
)

// Places lists the points of each service, by the service's name.
func Places() map[string][]Point {
	return map[string][]Point{
		"gateway": {
			KeyAdmitted, UploadStaged, SubmissionTold, IdempotencyBegun, IdempotencyKept, StripeReceived, StripeTold,
			CheckoutAnswered, RegistrationAsked,
		},
		"auth": {
			CheckAnswered, CodeIssued, AccountBeforeCommit, AccountCommitted, KeyRevoked,
			QuestionAnswered, MessageReceived, MessageHandled, OutboxClaimed, OutboxPublished, OutboxDeleted,
		},
		"billing": {
			CheckoutWritten, CheckoutOpened, WebhookVerified, SessionRead, ActivationLocked, ActivationPaid,
			ActivationCredited, ActivationSet, ActivationBeforeCommit, ActivationCommitted, WebhookFulfilled,
			SweepClaimed, QuestionAnswered, OutboxClaimed, OutboxPublished, OutboxDeleted,
		},
		"wallet": {
			HoldBeforeCommit, HoldCommitted, VoidBeforeCommit, VoidCommitted, SettlementBeforeCommit, SettlementCommitted,
			QuestionAnswered, MessageReceived, MessageHandled,
		},
		"fax-dispatch": {
			SubmissionCreated, SubmissionHeld, SubmissionKept, SubmissionBeforeCommit, SubmissionAccepted,
			AbandonMarked, AbandonVoided, AttemptBegun, AttemptPlacing, AttemptPlaced, AttemptBeforeCommit, AttemptFinished,
			QuestionAnswered, MessageReceived, MessageHandled, OutboxClaimed, OutboxPublished, OutboxDeleted,
		},
	}
}
