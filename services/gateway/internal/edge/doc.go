// Package edge is what surrounds every request, whatever route it takes: the public HTTP server with its timeouts and
// its bounds on connections, the client's address, request ids, logs and metrics, the pace at which bodies must
// arrive, fingerprints of requests, error responses and streamed documents.
package edge
