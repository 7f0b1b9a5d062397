//go:build !long

package faults_test

import "time"

// back is how long mintfax may take to serve again once a server accepts connections. The promise is 10 s;
// other tests run beside these.
const back = 30 * time.Second
