// Package carrier is what the dispatcher wants of a carrier; the carriers are in its folders.
package carrier
