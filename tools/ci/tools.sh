#!/usr/bin/env bash
# Builds the pinned tools of tools/go.mod into .cache/bin, unless they are there from the same
# versions, the same sources and the same Go.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

bin="$PWD/.cache/bin"
packages=(
    github.com/golangci/golangci-lint/v2/cmd/golangci-lint
    golang.org/x/vuln/cmd/govulncheck
    gotest.tools/gotestsum
    mvdan.cc/gofumpt
    ./testsummary
)

present() {
    local package
    for package in "${packages[@]}"; do
        [[ -x "$bin/${package##*/}" ]] || return 1
    done
}

wanted=$(go version && cat tools/go.mod tools/go.sum tools/testsummary/*.go | sha256sum)
if present && [[ -f "$bin/.built-from" && "$(<"$bin/.built-from")" == "$wanted" ]]; then
    echo "tools are up to date"
    exit 0
fi

echo "building golangci-lint, govulncheck, gotestsum and gofumpt (a minute or two, once)"
mkdir -p "$bin"
rm -f "$bin/.built-from"
CGO_ENABLED=0 go -C tools build -trimpath -o "$bin/" "${packages[@]}"
printf '%s\n' "$wanted" >"$bin/.built-from"
