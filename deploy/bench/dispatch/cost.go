package main

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/mintfax/mintfax/deploy/bench"
	"github.com/mintfax/mintfax/deploy/stack"
)

// Cost is what a delivered fax takes.
type Cost struct {
	CPU     map[string]float64 `json:"cpu_ms"` // processor time of each program; children of fax-dispatch are "renderers"
	Commits float64            `json:"commits"`
	WAL     float64            `json:"wal_kb"` // of Postgres' write-ahead log
}

const (
	renderers  = "renderers"
	perTick    = 10 // milliseconds, of which /proc counts (USER_HZ is 100 on Linux)
	perKilo    = 1024
	everything = "all"
)

// meter reads what an instance and its servers have used.
type meter struct {
	roots map[string]int // process ids, by program
	db    *pgx.Conn
}

func newMeter(ctx context.Context, instance *stack.Instance, rig bench.Rig) (*meter, error) {
	m := &meter{roots: map[string]int{}}
	for _, process := range instance.Processes() {
		m.roots[strings.TrimSuffix(process.Name(), "-1")] = process.Pid()
	}
	for _, server := range rig.Servers.Supervisors() {
		m.roots[server.Name()] = server.Pid()
	}
	var err error
	m.db, err = pgx.Connect(ctx, instance.DatabaseURL())
	return m, err
}

type reading struct {
	ticks   map[string]int64
	commits int64
	wal     int64 // bytes
}

func (m *meter) read(ctx context.Context) (reading, error) {
	r := reading{ticks: map[string]int64{}}
	processes, err := readProcesses()
	if err != nil {
		return r, err
	}
	for program, pid := range m.roots {
		own, children := processes[pid].own, processes[pid].ended+processes.below(pid)
		if program == stack.FaxDispatch {
			r.ticks[renderers], children = children, 0
		}
		r.ticks[program] = own + children
	}
	err = m.db.QueryRow(ctx, `
		SELECT (SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()), pg_current_wal_lsn() - '0/0'`).Scan(&r.commits, &r.wal)
	return r, err
}

// costOf is what each of so many faxes took between two readings.
func costOf(before, after reading, faxes int) Cost {
	if faxes == 0 {
		return Cost{}
	}
	n := float64(faxes)
	c := Cost{CPU: map[string]float64{}, Commits: float64(after.commits-before.commits) / n, WAL: float64(after.wal-before.wal) / perKilo / n}
	for program, ticks := range after.ticks {
		c.CPU[program] = float64(ticks-before.ticks[program]) * perTick / n
		c.CPU[everything] += c.CPU[program]
	}
	return c
}

type process struct {
	parent     int
	own, ended int64 // ticks of itself, and of its children that have ended
}

type processes map[int]process

// below is what all descendants of a process have used.
func (all processes) below(pid int) (ticks int64) {
	for child, p := range all {
		if p.parent == pid {
			ticks += p.own + p.ended + all.below(child)
		}
	}
	return ticks
}

// readProcesses reads /proc/<pid>/stat of every process (proc_pid_stat(5)).
func readProcesses() (processes, error) {
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return nil, err
	}
	all := processes{}
	for _, entry := range entries {
		pid, err := strconv.Atoi(entry.Name())
		if err != nil {
			continue
		}
		text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		if err != nil {
			continue // it has ended
		}
		fields := strings.Fields(string(text[strings.LastIndexByte(string(text), ')')+1:]))
		const parent, first, count = 1, 11, 4
		if len(fields) < first+count {
			return nil, fmt.Errorf("/proc/%d/stat has %d fields", pid, len(fields))
		}
		var numbers [count]int64
		for i := range numbers {
			numbers[i], _ = strconv.ParseInt(fields[first+i], 10, 64) // the kernel wrote them
		}
		id, _ := strconv.Atoi(fields[parent])
		all[pid] = process{parent: id, own: numbers[0] + numbers[1], ended: numbers[2] + numbers[3]}
	}
	return all, nil
}
