package carrier

import (
	"errors"
	"net"
	"net/http"
	"time"
)

const (
	// Patience is how long a carrier may take to answer, once it has what it is asked.
	Patience = 15 * time.Second
	// slowestUpload is in bytes a second, of a line of 2 Mbit/s.
	slowestUpload = 256 << 10
)

// SendLimit is how long a request with a body of so many bytes may take in all.
func SendLimit(size int64) time.Duration {
	return Patience + time.Duration(size)*time.Second/slowestUpload
}

// Certain is how long after a call with a body of so many bytes was asked for its absence is believed: an answer may have
// been lost, and a carrier's list may be late.
func Certain(size int64) time.Duration { return SendLimit(size) + Patience }

// Client asks an API and gives up when the header of the answer is not there so long after the request was written. All of
// a request is bounded by its context alone. It follows no redirect: a request to place a call must not be made twice, or
// become another one.
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

// NotConnected reports whether a request failed before there was a connection: so the carrier has nothing of it.
func NotConnected(err error) bool {
	var failed *net.OpError
	return errors.As(err, &failed) && failed.Op == "dial"
}
