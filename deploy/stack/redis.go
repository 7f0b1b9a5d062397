package stack

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"
)

// An instance that was killed leaves its claim behind, so a claim ends by itself.
const (
	claimKey = "mintfax:claimed"
	claimTTL = time.Hour
)

// claimRedisDatabase finds a numbered Redis database that no other isolated instance uses. Database 0 is never
// one: it is the default database.
func claimRedisDatabase(ctx context.Context, address string) (int, error) {
	options, err := redis.ParseURL(address)
	if err != nil {
		return 0, errors.New("the address of Redis is not a URL")
	}
	for options.DB = 1; ; options.DB++ {
		free, err := claim(ctx, options)
		if err != nil && strings.Contains(err.Error(), "out of range") {
			return 0, fmt.Errorf("all Redis databases are in use (1 to %d)", options.DB-1)
		}
		if err != nil || free {
			return options.DB, err
		}
	}
}

func claim(ctx context.Context, options *redis.Options) (bool, error) {
	copied := *options
	client := redis.NewClient(&copied)
	defer client.Close()
	size, err := client.DBSize(ctx).Result()
	if err != nil || size > 0 {
		return false, err
	}
	return client.SetNX(ctx, claimKey, "1", claimTTL).Result()
}

// flushRedis empties the instance's database, its claim included.
func (i *Instance) flushRedis(ctx context.Context) error {
	options, err := redis.ParseURL(i.settings.RedisURL)
	if err != nil {
		return err
	}
	client := redis.NewClient(options)
	defer client.Close()
	return client.FlushDB(ctx).Err()
}
