package main

import (
	"context"
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
	kilobyte   = 1024
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
	used    map[string]float64 // seconds of processor time
	commits int64
	wal     int64 // bytes
}

func (m *meter) read(ctx context.Context) (reading, error) {
	r := reading{used: map[string]float64{}}
	processes, err := bench.Processes()
	if err != nil {
		return r, err
	}
	for program, pid := range m.roots {
		own, children := processes[pid].Own, processes[pid].Ended+below(pid, processes)
		if program == stack.FaxDispatch {
			r.used[renderers], children = children, 0
		}
		r.used[program] = own + children
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
	c := Cost{CPU: map[string]float64{}, Commits: float64(after.commits-before.commits) / n, WAL: float64(after.wal-before.wal) / kilobyte / n}
	for program, used := range after.used {
		c.CPU[program] = (used - before.used[program]) * 1000 / n
		c.CPU[everything] += c.CPU[program]
	}
	return c
}

// below is what all descendants of a process have used.
func below(pid int, processes map[int]bench.Process) (seconds float64) {
	for child, p := range processes {
		if p.Parent == pid {
			seconds += p.Own + p.Ended + below(child, processes)
		}
	}
	return seconds
}
