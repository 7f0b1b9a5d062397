package carrier

import (
	"errors"
	"net"
	"net/http"
	"time"
)

const (
	// Patience is how long a carrier may take to respond once it has the request.
	Patience = 15 * time.Second
	// slowestUpload is in bytes a second: 2 Mbit/s.
	slowestUpload = 256 << 10
)

// SendLimit returns how long a request with a body of size bytes may take in all.
func SendLimit(size int64) time.Duration {
	return Patience + time.Duration(size)*time.Second/slowestUpload
}

// Certain returns how long after a request with a body of size bytes the absence of its call is trusted: the response may
// have been lost, and a carrier's list may lag.
func Certain(size int64) time.Duration { return SendLimit(size) + Patience }

// Client returns a client that waits for the header of an answer for at most patience after it has written the request. Only
// the context bounds the whole request. It follows no redirect: a request to place a call must not be made twice, or become
// another one.
func Client(patience time.Duration) *http.Client {
	return &http.Client{
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{
			Proxy:                 http.ProxyFromEnvironment,
			DialContext:           (&net.Dialer{Timeout: patience}).DialContext,
			TLSHandshakeTimeout:   patience,
			ResponseHeaderTimeout: patience,
			ForceAttemptHTTP2:     true,
			MaxIdleConnsPerHost:   16, // as many as there are calls at once
			IdleConnTimeout:       time.Minute,
		},
	}
}

// NotConnected reports whether a request failed before there was a connection, so that the carrier received nothing.
func NotConnected(err error) bool {
	var failed *net.OpError
	return errors.As(err, &failed) && failed.Op == "dial"
}
