// Package sandbox is the isolation boundary around everything that reads a customer's document: it starts processes,
// confines them and limits what they use.
//
// Run starts a worker, a run of the program renderer or converter, which confines itself by Enter. Within a worker, Tool runs the programs that
// draw, at the expense of the worker's CPU budget. ExecCommand starts a process that confines itself and becomes
// LibreOffice.
package sandbox
