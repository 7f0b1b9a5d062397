package app

import (
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/dispatch"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/erasure"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/intake"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/query"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/settings"
	"github.com/mintfax/mintfax/shared/bus"
	"github.com/mintfax/mintfax/shared/contract"
	"github.com/mintfax/mintfax/shared/documents"
	"github.com/mintfax/mintfax/shared/service"
)

// parts are the parts of the service that answer requests or have jobs.
type parts struct {
	intake     *intake.Service
	dispatcher *dispatch.Dispatcher
	canceler   *dispatch.Canceler
	query      *query.Service
	settings   *settings.Service
	erasure    *erasure.Service
	staging    *documents.Store
}

const (
	rpcConcurrency      = 16
	submitConcurrency   = 512 // more than may wait in the fair queue of one account
	dispatchConcurrency = 16
)

// serve answers RPCs and handles work.
func (p parts) serve(s *service.Service) {
	submit := bus.NewServer(s.Broker, bus.RPCFaxSubmit, submitConcurrency)
	bus.Handle(submit, contract.SubmitFax, p.intake.Submit)
	bus.Handle(submit, contract.QuoteFax, p.intake.Quote)
	bus.Handle(submit, contract.PreviewFax, p.intake.Preview)
	abandoned := bus.NewListener(s.Broker)
	submit.HeedAbandoned(abandoned)
	s.Go("abandoned", abandoned.Run)
	s.Go("submit", submit.Run)

	server := bus.NewServer(s.Broker, bus.RPCFax, rpcConcurrency)
	bus.Handle(server, contract.GetFax, p.query.Get)
	bus.Handle(server, contract.ListFaxes, p.query.List)
	bus.Handle(server, contract.FindFax, p.query.Find)
	bus.Handle(server, contract.GetFaxOverview, p.query.Overview)
	bus.Handle(server, contract.GetFaxStatuses, p.query.Statuses)
	bus.Handle(server, contract.GetFaxPages, p.query.Pages)
	bus.Handle(server, contract.ResendFax, p.intake.Resend)
	bus.Handle(server, contract.CancelFax, p.canceler.Cancel)
	bus.Handle(server, contract.DeleteFax, p.erasure.Delete)
	bus.Handle(server, contract.GetFaxSettings, p.settings.Get)
	bus.Handle(server, contract.SetFaxSettings, p.settings.Set)
	bus.Handle(server, contract.ReceiveCarrier, p.dispatcher.Receive)
	s.Go("rpc", server.Run)

	consumer := bus.NewConsumer(s.Broker, bus.WorkFaxDispatch, dispatchConcurrency)
	bus.OnWork(consumer, contract.DispatchFax, p.dispatcher.Handle)
	s.Go("dispatch", consumer.Run)
}
