package local

import (
	"context"
	"fmt"
	"net/url"
	"path/filepath"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"
)

// RedisDatabases is how many numbered databases a private Redis has, so that many stacks can share one.
const RedisDatabases = 256

func (r record) redisURL() string {
	address := url.URL{
		Scheme: "redis", User: url.UserPassword("default", r.Passwords.Redis),
		Host: loopback(r.Ports.Redis), Path: "/0",
	}
	return address.String()
}

func (s *Servers) redis() (Program, error) {
	dir := filepath.Join(s.record.Home, "redis")
	if err := makeOwnedDir(dir, s.user); err != nil {
		return Program{}, err
	}
	keep := "yes"
	if s.options.Ephemeral {
		keep = "no"
	}
	// In a file, because every user of the machine can read a command line. The process title is left
	// alone because changing it destroys the environment that a supervisor looks at.
	config := filepath.Join(dir, "redis.conf")
	content := fmt.Sprintf("port %d\nbind 127.0.0.1\nrequirepass %s\nsave \"\"\nappendonly %s\ndatabases %d\n"+
		"set-proc-title no\ndir %s\n", s.record.Ports.Redis, s.record.Passwords.Redis, keep, RedisDatabases, strconv.Quote(dir))
	if err := writeOwned(config, content, s.user); err != nil {
		return Program{}, err
	}
	return Program{
		Name: Redis, StartLimit: 60 * time.Second, StopLimit: 20 * time.Second, MaxFailures: 1,
		Spec: s.spec(Spec{
			Path: s.programs.redis, Args: []string{config}, Dir: dir,
			Log: filepath.Join(s.options.logs(), "redis.log"),
		}),
		Ready: func(ctx context.Context) error { return pingRedis(ctx, s.record.redisURL()) },
	}, nil
}

func pingRedis(ctx context.Context, address string) error {
	options, err := redis.ParseURL(address)
	if err != nil {
		return err
	}
	options.MaxRetries = -1
	client := redis.NewClient(options)
	defer client.Close()
	return client.Ping(ctx).Err()
}
