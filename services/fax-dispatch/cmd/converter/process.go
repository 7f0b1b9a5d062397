package main

import (
	"os"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/markup"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/render/sandbox"
)

// process is the whole of a process that the converter has started, when the arguments say that this is one.
func process(args []string) (is bool, err error) {
	if len(args) < 2 {
		return false, nil
	}
	switch args[1] {
	case sandbox.ExecArgument:
		return true, sandbox.ExecMain(args[2:])
	case markup.SanitizeArgument:
		return true, markup.SanitizeMain(args[2:], os.Stdin, os.Stdout)
	}
	return false, nil
}
