// Command service stands in for a service of mintfax: it is ready at once, unless FAIL is set, which makes
// it exit with that message.
package main

import (
	"fmt"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"
)

func main() {
	if why := os.Getenv("FAIL"); why != "" {
		fmt.Fprintln(os.Stderr, why)
		os.Exit(1)
	}
	http.HandleFunc("/readyz", func(http.ResponseWriter, *http.Request) {})
	server := &http.Server{Addr: os.Getenv("INTERNAL_ADDR"), ReadHeaderTimeout: time.Second}
	go func() {
		fmt.Fprintln(os.Stderr, server.ListenAndServe())
		os.Exit(1)
	}()
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGTERM)
	<-stop
	fmt.Println("asked to end, at", os.Getenv("GATEWAY"))
}
