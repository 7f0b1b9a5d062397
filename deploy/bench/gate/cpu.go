package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	"github.com/mintfax/mintfax/deploy/stack/local"
)

// ticks is how many of its units the kernel counts in a second of processor time, on every Linux.
const ticks = 100

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
	parents, times, err := processes()
	if err != nil {
		return nil, err
	}
	used := map[string]float64{}
	for pid, seconds := range times {
		if name := c.owner(pid, parents); name != "" {
			used[name] += seconds
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
	parents, times, err := processes()
	if err != nil {
		return nil, err
	}
	peaks := map[string]int{}
	for pid := range times {
		name := c.owner(pid, parents)
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
func (c cpu) owner(pid int, parents map[int]int) string {
	names := map[int]string{}
	for supervisor, name := range c.programs {
		names[supervisor.Pid()] = name
	}
	for at := pid; at > 1; at = parents[at] {
		if name, ok := names[at]; ok {
			return name
		}
	}
	return ""
}

func seconds(t syscall.Timeval) float64 { return float64(t.Sec) + float64(t.Usec)/1e6 }

// processes returns the parent and the processor time of every process.
func processes() (parents map[int]int, times map[int]float64, err error) {
	files, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		return nil, nil, err
	}
	parents, times = map[int]int{}, map[int]float64{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			continue // it has ended
		}
		pid, parent, seconds, err := parseStat(string(text))
		if err != nil {
			return nil, nil, fmt.Errorf("%s: %w", file, err)
		}
		parents[pid], times[pid] = parent, seconds
	}
	return parents, times, nil
}

// parseStat reads proc(5)'s stat. The name, in parentheses, may hold anything.
func parseStat(text string) (pid, parent int, seconds float64, err error) {
	before, _, found := strings.Cut(text, " (")
	fields := strings.Fields(text[strings.LastIndexByte(text, ')')+1:])
	if !found || len(fields) < 13 {
		return 0, 0, 0, fmt.Errorf("not a process: %q", text)
	}
	numbers := make([]int, 4)
	for i, field := range []string{before, fields[1], fields[11], fields[12]} {
		if numbers[i], err = strconv.Atoi(field); err != nil {
			return 0, 0, 0, err
		}
	}
	return numbers[0], numbers[1], float64(numbers[2]+numbers[3]) / ticks, nil
}
