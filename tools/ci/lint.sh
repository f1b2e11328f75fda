#!/usr/bin/env bash
# Checks the Go code without running it: go vet, gofumpt, golangci-lint (.golangci.yml says why each
# linter is on or off). tools/ci/tools.sh builds what it uses.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
source tools/ci/go-files.sh
export CGO_ENABLED=0

go vet -tags soak,fixture ./...
go -C tools vet ./testsummary
go -C e2e vet ./...

unformatted=$(go_files | xargs -0 -r .cache/bin/gofumpt -l)
if [[ -n "$unformatted" ]]; then
    printf 'not formatted, run make fmt:\n%s\n' "$unformatted" >&2
    exit 1
fi

.cache/bin/golangci-lint run --allow-parallel-runners ./...
(cd tools && ../.cache/bin/golangci-lint run --allow-parallel-runners --config ../.golangci.yml ./testsummary/...)
(cd e2e && ../.cache/bin/golangci-lint run --allow-parallel-runners --config ../.golangci.yml ./...)
