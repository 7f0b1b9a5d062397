package bench

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// ticks is how many of its units the kernel counts in a second of processor time, on every Linux.
const ticks = 100

// Process is what a process has used, in seconds of processor time.
type Process struct {
	Parent int     // process id
	Own    float64 // without its children
	Ended  float64 // of its children that have ended
}

// Processes returns every process of the machine by its id.
func Processes() (map[int]Process, error) {
	files, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		return nil, err
	}
	all := map[int]Process{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			continue // it has ended
		}
		pid, process, err := parseStat(string(text))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		all[pid] = process
	}
	return all, nil
}

// parseStat reads proc(5)'s stat. The name, in parentheses, may hold anything.
func parseStat(text string) (pid int, p Process, err error) {
	before, _, found := strings.Cut(text, " (")
	fields := strings.Fields(text[strings.LastIndexByte(text, ')')+1:])
	if !found || len(fields) < 15 {
		return 0, p, fmt.Errorf("not a process: %q", text)
	}
	numbers := make([]int, 6)
	for i, field := range append([]string{before, fields[1]}, fields[11:15]...) {
		if numbers[i], err = strconv.Atoi(field); err != nil {
			return 0, p, err
		}
	}
	used := func(user, system int) float64 { return float64(user+system) / ticks }
	return numbers[0], Process{Parent: numbers[1], Own: used(numbers[2], numbers[3]), Ended: used(numbers[4], numbers[5])}, nil
}
