package bus

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	amqp "github.com/rabbitmq/amqp091-go"

	"github.com/mintfax/mintfax/shared/contract"
)

// Queue is the name of a queue that a service consumes.
type Queue string

// Calls wait in classic queues and are lost when the broker restarts, because their callers have a deadline. Key
// checks have their own queue, so that slow commands do not delay them. So do calls that render documents.
const (
	RPCAuthCheck Queue = "rpc.auth.check"
	RPCAuth      Queue = "rpc.auth"
	RPCBilling   Queue = "rpc.billing"
	RPCWallet    Queue = "rpc.wallet"
	RPCFax       Queue = "rpc.fax"
	RPCFaxSubmit Queue = "rpc.fax.submit"
)

// Events and work wait in quorum queues and survive a restart of the broker.
const (
	EventsWallet    Queue = "events.wallet"
	EventsBilling   Queue = "events.billing"
	EventsAuth      Queue = "events.auth"
	WorkAuthMail    Queue = "work.auth.mail"
	WorkFaxDispatch Queue = "work.fax.dispatch"
)

const (
	eventExchange  = "events"
	replyTo        = "amq.rabbitmq.reply-to" // RabbitMQ's direct reply-to
	deadSuffix     = ".dead"
	rpcQueueLength = 10000 // bounds the calls to a service that is down

	// After this many deliveries without an acknowledgement a message is dead: its consumers crash. Restarts and
	// broken connections count as well, so the limit is not small.
	deliveryLimit = 50
	// Reading dead letters delivers them, and RabbitMQ 4 drops a message after 20 deliveries by default.
	deadDeliveryLimit = 1_000_000_000
)

func rpcQueues() []Queue {
	return []Queue{RPCAuthCheck, RPCAuth, RPCBilling, RPCWallet, RPCFax, RPCFaxSubmit}
}

// lastingQueue is a queue whose messages must not be lost, with the events bound to it.
type lastingQueue struct {
	queue  Queue
	events []string
}

func lastingQueues() []lastingQueue {
	return []lastingQueue{
		{EventsWallet, []string{string(contract.FaxDelivered), string(contract.FaxFailed), string(contract.FaxCanceled)}},
		{EventsBilling, []string{string(contract.BalanceBelow)}},
		{EventsAuth, []string{string(contract.AutoTopUpPaused)}},
		{WorkAuthMail, nil},
		{WorkFaxDispatch, nil},
	}
}

// delay is a wait in the broker before failed work is handled again. An exchange and the queue bound to it share its
// name.
type delay struct {
	name string
	wait time.Duration
}

// delays, shortest first, have one queue each: a message expires only at the head of its queue, so messages with
// different delays must not share one.
func delays() []delay {
	return []delay{
		{"delay.1s", time.Second},
		{"delay.5s", 5 * time.Second},
		{"delay.30s", 30 * time.Second},
		{"delay.2m0s", 2 * time.Minute},
		{"delay.10m0s", 10 * time.Minute},
	}
}

// LastingQueues lists the queues whose messages must not be lost.
func LastingQueues() []Queue {
	var queues []Queue
	for _, q := range lastingQueues() {
		queues = append(queues, q.queue)
	}
	return queues
}

// queueOf returns the queue for calls of a method.
func queueOf(method string) Queue {
	if method == string(contract.CheckKeys) || method == string(contract.EnterEnvironment) {
		return RPCAuthCheck
	}
	switch method {
	case string(contract.SubmitFax), string(contract.QuoteFax), string(contract.PreviewFax):
		return RPCFaxSubmit
	}
	service, _, _ := strings.Cut(method, ".")
	return Queue("rpc." + service)
}

// workQueue returns the queue for work of a name.
func workQueue(name string) Queue { return Queue("work." + name) }

func (q Queue) dead() Queue { return q + deadSuffix }

// isLasting reports whether q is one of the queues whose messages must not be lost.
func (q Queue) isLasting() bool { return slices.Contains(LastingQueues(), q) }

// declaration is one exchange, queue or binding.
type declaration struct {
	kind string // exchange, queue or binding
	name string
	key  string // of a binding: the routing key; of an exchange: its type
	from string // of a binding: the exchange
	args amqp.Table
}

// topology returns all exchanges, queues and bindings, in the order of declaration.
func topology() []declaration {
	all := []declaration{{kind: "exchange", name: eventExchange, key: amqp.ExchangeTopic}}
	for _, q := range rpcQueues() {
		// Durable although its messages are not: RabbitMQ 4 deprecates transient shared queues.
		all = append(all, declaration{kind: "queue", name: string(q), args: amqp.Table{
			amqp.QueueTypeArg: amqp.QueueTypeClassic, amqp.QueueMaxLenArg: rpcQueueLength, amqp.QueueOverflowArg: amqp.QueueOverflowRejectPublish,
		}})
	}
	for _, q := range lastingQueues() {
		all = append(all,
			declaration{kind: "queue", name: string(q.queue.dead()), args: amqp.Table{
				amqp.QueueTypeArg: amqp.QueueTypeQuorum, "x-delivery-limit": deadDeliveryLimit,
			}},
			declaration{kind: "queue", name: string(q.queue), args: deadLettering(amqp.Table{
				"x-delivery-limit": deliveryLimit, "x-dead-letter-routing-key": string(q.queue.dead()),
			})},
		)
		for _, event := range q.events {
			all = append(all, declaration{kind: "binding", name: string(q.queue), key: event, from: eventExchange})
		}
	}
	for _, d := range delays() {
		all = append(all,
			declaration{kind: "exchange", name: d.name, key: amqp.ExchangeFanout},
			// No dead-letter routing key: the message keeps its own, which names its next queue.
			declaration{kind: "queue", name: d.name, args: deadLettering(amqp.Table{amqp.QueueMessageTTLArg: d.wait.Milliseconds()})},
			declaration{kind: "binding", name: d.name, from: d.name},
		)
	}
	return all
}

// deadLettering adds the arguments of a quorum queue that dead-letters without losing messages.
func deadLettering(args amqp.Table) amqp.Table {
	args[amqp.QueueTypeArg] = amqp.QueueTypeQuorum
	args[amqp.QueueOverflowArg] = amqp.QueueOverflowRejectPublish
	args["x-dead-letter-exchange"] = ""
	args["x-dead-letter-strategy"] = "at-least-once"
	return args
}

// DescribeTopology describes the topology, one declaration per line.
func DescribeTopology() string {
	var out strings.Builder
	for _, d := range topology() {
		fmt.Fprintf(&out, "%s %s", d.kind, d.name)
		for _, part := range []string{d.key, d.from} {
			if part != "" {
				fmt.Fprintf(&out, " %s", part)
			}
		}
		for _, name := range slices.Sorted(maps.Keys(d.args)) {
			fmt.Fprintf(&out, " %s=%v", name, d.args[name])
		}
		out.WriteByte('\n')
	}
	return out.String()
}

func declare(ch *amqp.Channel) error {
	for _, d := range topology() {
		var err error
		switch d.kind {
		case "exchange":
			err = ch.ExchangeDeclare(d.name, d.key, true, false, false, false, nil)
		case "queue":
			_, err = ch.QueueDeclare(d.name, true, false, false, false, d.args)
		case "binding":
			err = ch.QueueBind(d.name, d.key, d.from, false, nil)
		}
		if err != nil {
			return fmt.Errorf("declare %s %s: %w", d.kind, d.name, err)
		}
	}
	return nil
}
