// Package autotopup keeps how accounts want to be topped up by themselves, and decides when one may be.
package autotopup
