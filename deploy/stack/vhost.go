package stack

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"
)

const managementTimeout = 30 * time.Second

var errNoVHost = errors.New("RabbitMQ has no such virtual host")

// createVHost makes the virtual host and lets the user of the AMQP URL do everything in it.
func (i *Instance) createVHost(ctx context.Context) error {
	if i.options.VHost == i.options.Servers.VHost() {
		return nil // the environment names it, so it is there
	}
	broker, err := url.Parse(i.options.Servers.AMQP)
	if err != nil {
		return errors.New("the address of RabbitMQ is not a URL")
	}
	vhost := url.PathEscape(i.options.VHost)
	if err := i.management(ctx, http.MethodPut, "/api/vhosts/"+vhost, nil); err != nil {
		return err
	}
	all := map[string]string{"configure": ".*", "write": ".*", "read": ".*"}
	user := url.PathEscape(broker.User.Username())
	return i.management(ctx, http.MethodPut, "/api/permissions/"+vhost+"/"+user, all)
}

func (i *Instance) deleteVHost(ctx context.Context) error {
	err := i.management(ctx, http.MethodDelete, "/api/vhosts/"+url.PathEscape(i.options.VHost), nil)
	if errors.Is(err, errNoVHost) {
		return nil
	}
	return err
}

func (i *Instance) management(ctx context.Context, method, path string, settings map[string]string) error {
	ctx, cancel := context.WithTimeout(ctx, managementTimeout)
	defer cancel()
	var body bytes.Buffer
	if settings != nil {
		if err := json.NewEncoder(&body).Encode(settings); err != nil {
			return err
		}
	}
	request, err := http.NewRequestWithContext(ctx, method, i.options.Servers.Management+path, &body)
	if err != nil {
		return errors.New("AMQP_MANAGEMENT_URL is not a URL") // the cause would show its password
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return fmt.Errorf("RabbitMQ's management API does not answer; name it by AMQP_MANAGEMENT_URL: %w", err)
	}
	defer response.Body.Close()
	if response.StatusCode == http.StatusNotFound {
		return errNoVHost
	}
	if response.StatusCode >= http.StatusMultipleChoices {
		return fmt.Errorf("RabbitMQ's management API: %s %s: %s", method, path, response.Status)
	}
	return nil
}
