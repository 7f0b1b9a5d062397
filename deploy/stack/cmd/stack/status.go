package main

import (
	"context"
	"fmt"
	"os"
	"text/tabwriter"
)

// status prints what runs.
func (s checkout) status(ctx context.Context) error {
	if c, err := s.runningCompose(); err != nil {
		return err
	} else if c != nil {
		return c.run(ctx, "ps", "--all")
	}
	pid, err := s.supervisor()
	if err != nil {
		return err
	}
	if pid == 0 {
		fmt.Println("mintfax is not running")
		return nil
	}
	now := s.readState()
	fmt.Printf("supervisor: process %d, %s\n", pid, readiness(now.Ready))
	table := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "NAME\tPROCESS\tRESTARTS\tSTATE")
	for _, p := range now.Processes {
		fmt.Fprintf(table, "%s\t%d\t%d\t%s\n", p.Name, p.Pid, p.Restarts, readiness(p.Ready))
	}
	return table.Flush()
}

func readiness(ready bool) string {
	if ready {
		return "ready"
	}
	return "not ready"
}
