// Package intake accepts faxes in steps: validate, price, render, hold, accept. A submission that does not get through
// all of them is undone.
package intake
