// Package faultproxy stands between mintfax and its servers, to break what passes through.
package faultproxy
