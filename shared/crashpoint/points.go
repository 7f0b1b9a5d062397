package crashpoint

// Point is a moment in a service's work, between two steps that can each be lost.
type Point string

// Of the gateway.
const (
	KeyAdmitted       Point = "key.admitted"       // auth has let the request through
	UploadStaged      Point = "upload.staged"      // the file is stored, nobody knows of it
	SubmissionTold    Point = "submission.told"    // fax-dispatch has accepted, the client has no answer
	IdempotencyBegun  Point = "idempotency.begun"  // the key is claimed
	IdempotencyKept   Point = "idempotency.kept"   // the answer is stored, the client has none
	StripeReceived    Point = "stripe.received"    // an event came in
	StripeTold        Point = "stripe.told"        // billing has handled it, Stripe has no answer
	CheckoutAnswered  Point = "checkout.answered"  // the page exists, the client does not know its address
	RegistrationAsked Point = "registration.asked" // a person typed the code
)

// Of auth.
const (
	CheckAnswered       Point = "check.answered"        // verdicts are read, not sent
	CodeIssued          Point = "code.issued"           // a code is stored, not mailed
	AccountBeforeCommit Point = "account.before_commit" // account, environments, pools and keys are written
	AccountCommitted    Point = "account.committed"     // and committed, the person has no keys
	KeyRevoked          Point = "key.revoked"           // committed, not answered
)

// Of billing.
const (
	CheckoutWritten        Point = "checkout.written"         // our row, before Stripe is asked
	CheckoutOpened         Point = "checkout.opened"          // the page exists at Stripe, our row does not know
	WebhookVerified        Point = "webhook.verified"         // the signature is good
	SessionRead            Point = "session.read"             // Stripe says it is paid
	ActivationLocked       Point = "activation.locked"        // checkout and account are locked
	ActivationPaid         Point = "activation.paid"          // the payment is written
	ActivationCredited     Point = "activation.credited"      // and the pool credited
	ActivationSet          Point = "activation.set"           // and activated_at set
	ActivationBeforeCommit Point = "activation.before_commit" // and all messages written
	ActivationCommitted    Point = "activation.committed"     // committed, nobody told
	WebhookFulfilled       Point = "webhook.fulfilled"        // Stripe has no answer
	SweepClaimed           Point = "sweep.claimed"            // a checkout is in the sweep's hands
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
	SubmissionAccepted     Point = "submission.accepted"      // committed, the gateway has no answer
	AbandonMarked          Point = "abandon.marked"           // by the sweep after a crash
	AbandonVoided          Point = "abandon.voided"
	AttemptBegun           Point = "attempt.begun"   // written, the carrier has nothing
	AttemptPlacing         Point = "attempt.placing" // the carrier is about to be asked
	AttemptPlaced          Point = "attempt.placed"  // the carrier took the call and told how it ended
	AttemptBeforeCommit    Point = "attempt.before_commit"
	AttemptFinished        Point = "attempt.finished" // the work is not acknowledged
)

// Of every service that has the part.
const (
	QuestionAnswered Point = "question.answered" // executed, the reply is not sent
	MessageReceived  Point = "message.received"  // an event or work, before it is handled
	MessageHandled   Point = "message.handled"   // its effect is there, it is not acknowledged
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
