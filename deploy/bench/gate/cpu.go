package main

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"

	"github.com/mintfax/mintfax/deploy/bench"
	"github.com/mintfax/mintfax/deploy/stack/local"
)

// The names of an instance's programs in results. All gateways have one name: only one works at a time.
const (
	generator = "generator"
	gateway   = "gateway"
	auth      = "auth"
	postgres  = "postgres"
	rabbitmq  = "rabbitmq"
	redis     = "redis"
	rest      = "rest"
)

func programs() []string { return []string{generator, gateway, auth, rabbitmq, postgres, redis, rest} }

// cpu reads the processor time that programs have used, with all of their children.
type cpu struct {
	programs map[*local.Supervisor]string
}

// used returns seconds by the name of the program.
func (c cpu) used() (map[string]float64, error) {
	processes, err := bench.Processes()
	if err != nil {
		return nil, err
	}
	used := map[string]float64{}
	for pid, process := range processes {
		if name := c.owner(pid, processes); name != "" {
			used[name] += process.Own
		}
	}
	var own syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &own); err != nil {
		return nil, err
	}
	used[generator] = seconds(own.Utime) + seconds(own.Stime)
	return used, nil
}

// peakMemory returns megabytes by the name of the program, each process at its own peak. Postgres is
// left out, whose processes share most of theirs.
func (c cpu) peakMemory() (map[string]int, error) {
	processes, err := bench.Processes()
	if err != nil {
		return nil, err
	}
	peaks := map[string]int{}
	for pid := range processes {
		name := c.owner(pid, processes)
		if name == "" || name == postgres {
			continue
		}
		text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
		if err != nil {
			continue // it has ended
		}
		_, after, _ := strings.Cut(string(text), "VmHWM:")
		kilobytes, _, _ := strings.Cut(strings.TrimSpace(after), " ")
		n, err := strconv.Atoi(kilobytes)
		if err != nil {
			return nil, fmt.Errorf("the peak memory of %s: %w", name, err)
		}
		peaks[name] += n / 1024
	}
	return peaks, nil
}

// owner is the name of the program that a process belongs to.
func (c cpu) owner(pid int, processes map[int]bench.Process) string {
	names := map[int]string{}
	for supervisor, name := range c.programs {
		names[supervisor.Pid()] = name
	}
	for at := pid; at > 1; at = processes[at].Parent {
		if name, ok := names[at]; ok {
			return name
		}
	}
	return ""
}

func seconds(t syscall.Timeval) float64 { return float64(t.Sec) + float64(t.Usec)/1e6 }
