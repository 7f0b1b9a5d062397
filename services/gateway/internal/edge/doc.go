// Package edge is the frame around every request, on any route: the public HTTP server with its timeouts and
// its bounds on connections, the client's address, request ids, logs and metrics, the pace at which bodies must
// arrive, fingerprints of requests, error responses and streamed documents.
package edge
