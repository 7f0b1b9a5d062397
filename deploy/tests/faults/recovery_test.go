//go:build !long

package faults_test

import "time"

// recoveryTimeout is how long mintfax may take to serve again once a server accepts connections. The promise is 10 s;
// other tests run beside these.
const recoveryTimeout = 30 * time.Second
