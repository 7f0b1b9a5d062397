package stack

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"

	"github.com/mintfax/mintfax/deploy/stack/local"
)

const (
	replicaStartTimeout = 60 * time.Second
	replicaStopTimeout  = 20 * time.Second
)

// Replica is one process of a service. It is started again when it ends by itself.
type Replica struct {
	*local.Supervisor

	internal atomic.Value // string: the address of its health checks and metrics
}

// InternalURL is where /healthz, /readyz and /metrics are. It changes when the process is started
// again and another program has taken its port.
func (r *Replica) InternalURL() string {
	address, _ := r.internal.Load().(string)
	return "http://" + address
}

func (i *Instance) startReplica(ctx context.Context, service Service, n int) *Replica {
	r := &Replica{}
	name := fmt.Sprintf("%s-%d", service.Name, n)
	port := 0
	r.Supervisor = local.Supervise(ctx, local.Program{
		Name: name, StartLimit: replicaStartTimeout, StopLimit: replicaStopTimeout, MaxFailures: 3,
		Spec: func(ctx context.Context) (local.Spec, error) {
			if port == 0 || !local.PortFree(ctx, port) {
				chosen, err := i.ports.Take(ctx, 0)
				if err != nil {
					return local.Spec{}, err
				}
				port = chosen
			}
			address := fmt.Sprintf("127.0.0.1:%d", port)
			switch service.Name { // others know where these are
			case Emulator:
				address = strings.TrimPrefix(i.settings.EmulatorURL, "http://")
			case Fakes:
				address = strings.TrimPrefix(i.settings.FakesURL, "http://")
			}
			r.internal.Store(address)
			return local.Spec{
				Path: filepath.Join(i.options.BinDir, filepath.Base(service.Package)), Dir: i.options.Dir,
				Log: filepath.Join(i.LogDir(), name+".log"), Mark: i.mark,
				Env: i.environment(service, n, address),
			}, nil
		},
		Ready: func(ctx context.Context) error { return r.ready(ctx, service.Ready) },
	}, i.options.Log)
	return r
}

// environment is the service's own and nothing of the caller's that could change what it does.
func (i *Instance) environment(service Service, n int, internal string) []string {
	merged := map[string]string{"INTERNAL_ADDR": internal, "PATH": os.Getenv("PATH"), "HOME": os.Getenv("HOME")}
	for _, part := range []map[string]string{service.Env(i.settings, n), i.options.Env[service.Name]} {
		for name, value := range part {
			merged[name] = value
		}
	}
	entries := make([]string, 0, len(merged))
	for name, value := range merged {
		entries = append(entries, name+"="+value)
	}
	return entries
}

func (r *Replica) ready(ctx context.Context, path string) error {
	if path == "" {
		var dialer net.Dialer
		conn, err := dialer.DialContext(ctx, "tcp", strings.TrimPrefix(r.InternalURL(), "http://"))
		if err != nil {
			return err
		}
		return conn.Close()
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, r.InternalURL()+path, http.NoBody)
	if err != nil {
		return err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	why, err := io.ReadAll(io.LimitReader(response.Body, 512))
	if err == nil && response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s", response.Status, strings.TrimSpace(string(why)))
	}
	return err
}
