# The commands of this repository. `make` alone lists them.

SHELL := /bin/bash

# Without a tag reachable from HEAD this is the abbreviated commit; outside git it is "unversioned".
VERSION = $(shell git describe --tags --always --dirty 2>/dev/null || echo unversioned)

# How long `make soak` goes on, as a Go duration.
SOAK ?= 10m

# Which figures `make bench` measures: a part of a name, such as lists, ends or latency.
BENCH ?=

# Arguments for `make demo`, for example: make demo ARGS='--org large'
ARGS ?=

.DEFAULT_GOAL := help

.PHONY: help
help: ## List these commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: build
build: ## Build bin/team, static and without cgo, with the web application in it (needs Node.js)
	@tools/ci/web-build.sh
	CGO_ENABLED=0 go build -trimpath -ldflags '-s -w -X main.version=$(VERSION)' -o bin/team ./cmd/team

.PHONY: demo
demo: build ## Serve TEAM against a simulated AWS organization (ARGS='--org large' …)
	bin/team demo $(ARGS)

.PHONY: test
test: ## Run every check, as CI does: lint, tests, race detector, sign-in and pages in Chromium, contract, known vulnerabilities
	@tools/ci/test.sh

.PHONY: lint
lint: ## Run go vet, gofumpt and golangci-lint
	@tools/ci/tools.sh
	@tools/ci/lint.sh

.PHONY: fmt
fmt: ## Format all Go files with gofumpt
	@tools/ci/tools.sh
	@source tools/ci/go-files.sh && go_files | xargs -0 -r .cache/bin/gofumpt -w

.PHONY: bench
bench: ## Measure what TEAM has to reach, on both databases (BENCH=lists: those figures alone)
	@tools/ci/emulator.sh
	@tools/ci/with-servers.sh tools/ci/bench.sh '$(BENCH)'

.PHONY: soak
soak: ## Run the long tests (TestSoak…, build tag "soak") for SOAK=10m
	@tools/ci/soak.sh '$(SOAK)'
