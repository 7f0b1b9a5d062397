// Package process starts, supervises and stops the programs of a stack.
//
// Every program carries a mark of its stack in its environment. By the mark a stack finds processes that a
// killed supervisor left behind: unlike a pid file, it cannot outlive its process, nor name another one
// after a reboot.
package process
