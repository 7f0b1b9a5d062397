// Command gate measures what checking every key with auth costs: the gateway next to gateways without the
// broker or without batching, on one machine in one run. It writes a table, gate.json and gate.svg.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/mintfax/mintfax/deploy/bench"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	plan := Plan{
		InFlight: []int{1, 16, 64, 256}, Rates: []float64{2000, 4000, 8000, 12000},
		Variants: append(Gateways(), BadChecksum, Echo, Lookup),
	}
	flag.IntVar(&plan.Rounds, "rounds", 3, "how often to measure everything")
	flag.DurationVar(&plan.Each, "each", 4*time.Second, "how long one measurement lasts")
	flag.DurationVar(&plan.Warm, "warm", time.Second, "how long to warm up before it")
	out := flag.String("out", ".run/bench", "the directory to write gate.json and gate.svg to")
	flag.StringVar(&plan.Profiles, "profiles", "", "a directory to write processor profiles of gateway and auth to")
	flag.Func("variants", "what to measure, with commas (all)", func(text string) error {
		plan.Variants = nil
		for name := range strings.SplitSeq(text, ",") {
			plan.Variants = append(plan.Variants, Variant(name))
		}
		return nil
	})
	flag.Func("in-flight", "loads of the closed loop, with commas (1,16,64,256)", func(text string) error {
		plan.InFlight = nil
		for number := range strings.SplitSeq(text, ",") {
			n, err := strconv.Atoi(number)
			if err != nil || n < 1 {
				return errors.New("not a positive number")
			}
			plan.InFlight = append(plan.InFlight, n)
		}
		return nil
	})
	overload := flag.Bool("overload", false, "offer five times the capacity instead, and write overload.json")
	connections := flag.Int("connections", 4096, "of the clients in an overload")
	closedOnly := flag.Bool("closed-only", false, "leave the open loop out")
	flag.Parse()
	if *closedOnly {
		plan.Rates = nil
	}
	measure := func(instance *Fixture, say func(string)) error { return gate(ctx, instance, plan, *out, say) }
	if *overload {
		plan.Variants = []Variant{Gateway}
		measure = func(instance *Fixture, say func(string)) error {
			return overloaded(ctx, instance, *connections, *out, say)
		}
	}
	err := bench.Run(ctx, "gate", func(ctx context.Context, rig bench.Rig) (err error) {
		instance, err := Start(ctx, rig, plan.Variants)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, instance.Close(ctx)) }()
		return measure(instance, rig.Log)
	})
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func gate(ctx context.Context, instance *Fixture, plan Plan, out string, say func(string)) error {
	results, err := instance.Gate(ctx, plan, say)
	if err != nil {
		return err
	}
	if err := results.Print(os.Stdout); err != nil {
		return err
	}
	return results.Write(out)
}

func overloaded(ctx context.Context, instance *Fixture, connections int, out string, say func(string)) error {
	plan := OverloadPlan{Times: 5, Lasts: 20 * time.Second, Connections: connections}
	measured, err := instance.Overload(ctx, plan, say)
	if err != nil {
		return err
	}
	measured.Print(os.Stdout)
	return bench.WriteJSON(out, "overload.json", measured)
}
