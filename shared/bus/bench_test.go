package bus_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/mintfax/mintfax/shared/bus"
	"github.com/mintfax/mintfax/shared/bus/bustest"
)

func BenchmarkCall(b *testing.B) {
	at := bustest.VHost(b)
	client, _ := answering(b, at, 64, func(_ context.Context, q text) (text, error) { return q, nil })
	b.Run("sequential", func(b *testing.B) {
		for b.Loop() {
			if _, err := bus.Call(b.Context(), client, echo, text{"hello"}); err != nil {
				b.Fatal(err)
			}
		}
	})
	for _, callers := range []int{16, 64} {
		b.Run(fmt.Sprintf("parallel-%d", callers), func(b *testing.B) {
			b.SetParallelism(callers / 2) // for each of two processors
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					if _, err := bus.Call(b.Context(), client, echo, text{"hello"}); err != nil {
						b.Error(err)
						return
					}
				}
			})
		})
	}
}

func BenchmarkPublishAll(b *testing.B) {
	publisher, err := bus.NewPublisher(bustest.Dial(b, bustest.VHost(b)))
	if err != nil {
		b.Fatal(err)
	}
	batch := make([]bus.Message, 100)
	for i := range batch {
		batch[i] = work(fmt.Sprintf("w%d", i))
	}
	for b.Loop() {
		for _, err := range publisher.PublishAll(b.Context(), batch) {
			if err != nil {
				b.Fatal(err)
			}
		}
	}
	b.ReportMetric(float64(b.N)*float64(len(batch))/b.Elapsed().Seconds(), "msg/s")
}
