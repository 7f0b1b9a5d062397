// Package demo walks one account through the whole story and shows every request and its answer. It
// stops at the first step that is not as promised.
package demo
