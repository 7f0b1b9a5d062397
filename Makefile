# `make help` lists what can be made.

SHELL := /bin/sh
.DEFAULT_GOAL := help

RUN := .run
STACK := $(RUN)/bin/stack
GOLANGCI_VERSION := v2.15.0
GOLANGCI := $(CURDIR)/$(RUN)/tools/golangci-lint-$(GOLANGCI_VERSION)
GOTESTSUM_VERSION := v1.13.0
GOTESTSUM := $(CURDIR)/$(RUN)/tools/gotestsum-$(GOTESTSUM_VERSION)
MODULES = $(shell go list -m -f '{{.Dir}}')

# Packages that start a whole mintfax take longer than go test's usual ten minutes on a small machine.
TEST_TIMEOUT ?= 14m
LONG_TIMEOUT ?= 4h

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: up
up: $(STACK) ## start servers and services, return when all are ready
	@$(STACK) up

.PHONY: down
down: $(STACK) ## stop everything; the data stays
	@$(STACK) down

.PHONY: clean
clean: $(STACK) ## stop everything and delete all data
	@$(STACK) clean

.PHONY: status
status: $(STACK) ## show what runs
	@$(STACK) status

.PHONY: logs
logs: $(STACK) ## follow all logs
	@$(STACK) logs

.PHONY: demo
demo: up ## one account's story, from registration to a delivered live fax
	@GATEWAY_URL="$$(sed -n 's/^GATEWAY_URL=//p' $(RUN)/env)" \
	 MAIL_DIR="$$(sed -n 's/^MAIL_DIR=//p' $(RUN)/env)" go run ./deploy/stack/cmd/demo

.PHONY: invariants
invariants: ## look whether all that must be true of the data of what runs is true
	@test -f $(RUN)/env || { echo "mintfax is not running: start it with \`make up\`" >&2; exit 1; }
	@set -a; . ./$(RUN)/env; go run ./deploy/tests/cmd/livecheck invariants

.PHONY: prove
prove: ## compare the pools of what runs with the ledger; fails when anything differs
	@test -f $(RUN)/env || { echo "mintfax is not running: start it with \`make up\`" >&2; exit 1; }
	@set -a; . ./$(RUN)/env; DATABASE_URL="$${DATABASE_URL_WALLET:-$$DATABASE_URL}" go run ./services/wallet prove

.PHONY: reconcile
reconcile: ## compare the payments of what runs with Stripe and the ledger; fails when anything differs
	@test -f $(RUN)/env || { echo "mintfax is not running: start it with \`make up\`" >&2; exit 1; }
	@set -a; . ./$(RUN)/env; DATABASE_URL="$${DATABASE_URL_BILLING:-$$DATABASE_URL}" go run ./services/billing reconcile $(RECONCILE)

TRAFFIC ?= -faxes 10 -purchases 1 -for 30s

.PHONY: traffic
traffic: ## customers at work on what runs; TRAFFIC='-faxes 20 -for 1m' says how many
	@test -f $(RUN)/env || { echo "mintfax is not running: start it with \`make up\`" >&2; exit 1; }
	@set -a; . ./$(RUN)/env; go run ./deploy/tests/cmd/livecheck traffic $(TRAFFIC)

BENCH ?= -rounds 3

.PHONY: bench
bench: $(STACK) ## what the question to auth costs: table, .run/bench/gate.json and .svg
	go run ./deploy/bench/gate $(BENCH)

.PHONY: bench-overload
bench-overload: $(STACK) ## what happens at five times the capacity; .run/bench/overload.json
	go run ./deploy/bench/gate -overload

.PHONY: bench-ledger
bench-ledger: $(STACK) ## holds and captures next to the same work typed naively; .run/bench/ledger.json
	go run ./deploy/bench/ledger

.PHONY: bench-render
bench-render: ## documents to Group 4 pages, next to Ghostscript: pages a second and memory
	@command -v gs >/dev/null || { echo "install Ghostscript first: apt-get install ghostscript" >&2; exit 1; }
	@mkdir -p $(RUN)/tools && go build -buildvcs=false -o $(RUN)/tools/ ./services/fax-dispatch/cmd/renderer ./services/fax-dispatch/cmd/converter
	PATH="$(CURDIR)/$(RUN)/tools:$$PATH" go run ./services/fax-dispatch/cmd/bench-render

.PHONY: bench-dispatch
bench-dispatch: $(STACK) ## sandbox faxes from request to delivery, at growing rates; .run/bench/dispatch.json
	go run ./deploy/bench/dispatch

.PHONY: screenshots
screenshots: $(STACK) ## every page of the dashboard at two widths, light and dark: .run/screenshots/
	@mkdir -p $(RUN)/screenshots
	$(STACK) exec -- env SCREENSHOTS_DIR=$(CURDIR)/$(RUN)/screenshots go test -count=1 ./deploy/tests/system -run TestEveryPageOf

.PHONY: bench-dashboard
bench-dashboard: $(STACK) ## bytes and time of the first load of the start page, by Chromium's own timing
	$(STACK) exec -- go test -count=1 -v ./deploy/tests/system -run TestTheFirstLoad

# PKG names packages, and RUN_ONLY tests: make test PKG=./services/wallet/... RUN_ONLY=Hold
PKG ?=
RUN_ONLY ?= .

.PHONY: test
ifeq ($(PKG),)
test: $(STACK) $(GOTESTSUM) vet build ## every test, with servers of its own; PKG=./services/wallet/... tests packages on servers that stay up
	$(STACK) exec -- $(GOTESTSUM) --format standard-quiet --jsonfile-timing-events $(RUN)/tests.json -- \
		-count=1 -timeout $(TEST_TIMEOUT) -ldflags '-s -w' work
	@echo "the slowest tests:"; $(GOTESTSUM) tool slowest --jsonfile $(RUN)/tests.json --num 10 --threshold 1s
else
test: $(STACK)
	$(STACK) keep -- go test -count=1 -timeout $(TEST_TIMEOUT) -run '$(RUN_ONLY)' $(PKG)
endif

.PHONY: race
race: $(STACK) ## every test with the race detector, which leaves out the programs that tests start; PKG= as for test
	$(STACK) exec -- go test -race -count=1 -timeout $(LONG_TIMEOUT) $(or $(PKG),work)

.PHONY: watch
watch: $(STACK) ## build and restart services of `make up` whose files change
	@$(STACK) watch

.PHONY: test-long
test-long: $(STACK) vet build ## also the tests that take long: kill campaigns, soaks; PKG= as for test
	$(STACK) exec -- go test -count=1 -p 1 -v -timeout $(LONG_TIMEOUT) -tags long $(or $(PKG),work)

# What the images are called, and what the programs in them say that they are.
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
COMMIT ?= $(shell git rev-parse HEAD 2>/dev/null || echo unknown)
# Each is <name>=<program>=<what deploy/images/Dockerfile puts it on>.
IMAGES := settings=deploy/ops/settings=scratch migrate=shared/schema/cmd/migrate=scratch \
	$(foreach name,gateway auth billing wallet,$(name)=services/$(name)=scratch) \
	fax-dispatch=services/fax-dispatch=poppler converter=services/fax-dispatch/cmd/converter=libreoffice \
	stripe-emulator=deploy/fakes/cmd/stripe-emulator=scratch carrier-fakes=deploy/fakes/cmd/carrier-fakes=scratch demo=deploy/stack/cmd/demo=scratch
# Passed on when they are set: what builds, what is built on, and where modules come from.
BUILD_SETTINGS := $(foreach name,GO_IMAGE DEBIAN_IMAGE GOPROXY GOSUMDB GOPRIVATE GONOSUMDB GOINSECURE,--build-arg $(name))

.PHONY: images
images: ## build the image of every program, mintfax/<name>:<version>
	@set -e; for image in $(IMAGES); do \
		name="$${image%%=*}" base="$${image##*=}" program="$${image#*=}"; program="$${program%=*}"; \
		echo "docker build mintfax/$$name:$(VERSION)"; \
		docker build -q -f deploy/images/Dockerfile -t "mintfax/$$name:$(VERSION)" $(BUILD_SETTINGS) --build-arg BASE="$$base" \
			--build-arg PROGRAM="$$program" --build-arg VERSION="$(VERSION)" --build-arg COMMIT="$(COMMIT)" . >/dev/null; \
	done
	@docker images --filter reference='mintfax/*:$(VERSION)' --format 'table {{.Repository}}\t{{.Tag}}\t{{.Size}}'

.PHONY: vet
vet: ## go vet
	go vet work

.PHONY: build
build: ## build every module by itself, as images do
	@for module in $(MODULES); do \
		echo "go build $${module#$(CURDIR)/}"; \
		(cd "$$module" && GOWORK=off go build -buildvcs=false -o /dev/null ./...) || exit 1; \
	done

.PHONY: lint
lint: $(GOLANGCI) ## golangci-lint over every module, at once: what they share is read once
	@$(GOLANGCI) run --allow-parallel-runners $(addsuffix /...,$(MODULES))

.PHONY: fmt
fmt: $(GOLANGCI) ## format every module
	@for module in $(MODULES); do (cd "$$module" && $(GOLANGCI) fmt ./...) || exit 1; done

.PHONY: tidy
tidy: ## go mod tidy in every module
	@for module in $(MODULES); do (cd "$$module" && GOWORK=off go mod tidy) || exit 1; done

# Go itself knows best whether it is up to date.
.PHONY: $(STACK)
$(STACK):
	@go build -buildvcs=false -o $@ ./deploy/stack/cmd/stack

$(GOTESTSUM):
	@GOBIN=$(@D)/new go install gotest.tools/gotestsum@$(GOTESTSUM_VERSION)
	@mv $(@D)/new/gotestsum $@

$(GOLANGCI):
	@echo "building golangci-lint $(GOLANGCI_VERSION), once (a few minutes)"
	@GOBIN=$(@D)/new go install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(GOLANGCI_VERSION)
	@mv $(@D)/new/golangci-lint $@
