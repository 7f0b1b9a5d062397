// Package process starts, watches and ends the programs that a stack consists of.
//
// Every program carries a mark of its stack in its environment. The mark is how a stack finds what a
// supervisor that was killed has left behind: unlike a pid file it cannot outlive its process, nor
// name another one after a reboot.
package process
