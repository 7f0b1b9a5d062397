package main

import (
	"context"
	"sync/atomic"
)

// counted makes a subject of a call that may fail.
func counted(ctx context.Context, call func(context.Context) error, closing func()) subject {
	var wrong atomic.Int64
	return subject{
		call: func() {
			if err := call(context.WithoutCancel(ctx)); err != nil {
				wrong.Add(1)
			}
		},
		close: closing, wrong: wrong.Load,
	}
}
