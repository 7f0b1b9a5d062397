package local

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

// postgresURL is the administrator's address. TLS would protect nothing on loopback.
func (r record) postgresURL() string {
	address := url.URL{
		Scheme: "postgres", User: url.UserPassword("postgres", r.Passwords.Postgres),
		Host: loopback(r.Ports.Postgres), Path: "/postgres", RawQuery: "sslmode=disable",
	}
	return address.String()
}

func (s *Servers) postgres(ctx context.Context) (Program, error) {
	data := filepath.Join(s.record.Home, "postgres")
	if err := s.initPostgres(ctx, data); err != nil {
		return Program{}, err
	}
	// Every earlier postmaster of this directory is gone by now; after a crash its file would stop
	// the new one if its pid belongs to another process today.
	if err := os.Remove(filepath.Join(data, "postmaster.pid")); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return Program{}, err
	}
	settings := []string{
		"listen_addresses=127.0.0.1", "unix_socket_directories=", "max_connections=300",
		"password_encryption=scram-sha-256", "timezone=UTC", "log_timezone=UTC",
	}
	if s.options.Ephemeral && !s.options.Durable {
		settings = append(settings, "fsync=off", "synchronous_commit=off", "full_page_writes=off")
	}
	args := []string{"-D", data, "-p", strconv.Itoa(s.record.Ports.Postgres)}
	for _, setting := range settings {
		args = append(args, "-c", setting)
	}
	return Program{
		Name: Postgres, StartLimit: 60 * time.Second, StopLimit: 20 * time.Second, MaxFailures: 1,
		Spec: s.spec(Spec{
			Path: filepath.Join(s.programs.postgres, "postgres"), Args: args, Dir: data,
			Log:        filepath.Join(s.options.logs(), "postgres.log"),
			StopSignal: syscall.SIGINT, // "fast": it does not wait for clients to leave
		}),
		Ready: func(ctx context.Context) error { return pingPostgres(ctx, s.record.postgresURL()) },
	}, nil
}

// initPostgres makes the data directory, in one step as far as a later start can see.
func (s *Servers) initPostgres(ctx context.Context, data string) error {
	if _, err := os.Stat(data); err == nil {
		return nil
	}
	password := filepath.Join(s.record.Home, "postgres.password")
	if err := writeOwned(password, s.record.Passwords.Postgres, s.user); err != nil {
		return err
	}
	defer os.Remove(password)
	unfinished := data + ".new"
	if err := os.RemoveAll(unfinished); err != nil {
		return err
	}
	args := []string{
		"-D", unfinished, "-U", "postgres", "--pwfile", password, "--auth", "scram-sha-256",
		"--encoding", "UTF8", "--locale", "C.UTF-8",
	}
	if s.options.Ephemeral {
		args = append(args, "--no-sync")
	}
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, filepath.Join(s.programs.postgres, "initdb"), args...)
	cmd.Dir, cmd.Env = s.record.Home, s.environment()
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: s.user.Credential()}
	if output, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("initdb: %w\n%s", err, output)
	}
	return os.Rename(unfinished, data)
}

func pingPostgres(ctx context.Context, address string) error {
	conn, err := pgx.Connect(ctx, address)
	if err != nil {
		return err
	}
	return conn.Close(ctx)
}
