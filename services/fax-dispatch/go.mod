module github.com/mintfax/mintfax/services/fax-dispatch

go 1.26.0

require github.com/mintfax/mintfax/shared v0.0.0

replace github.com/mintfax/mintfax/shared => ../../shared
