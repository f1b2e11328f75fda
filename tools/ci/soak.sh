#!/usr/bin/env bash
# soak.sh DURATION runs the long tests: functions TestSoak… in files with the build tag "soak".
# Each goes on for TEAM_TEST_SOAK, a Go duration; the comparison of the databases takes as long as it takes. Then all other
# tests run once under the race detector, those that make test leaves out of it for their length among them.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

export TEAM_TEST_SOAK=$1
if ! go test -tags soak -list '^TestSoak' ./... | grep -q '^TestSoak'; then
    echo "no package has a long test" >&2
    exit 1
fi
tools/ci/emulator.sh
tools/ci/with-servers.sh go test -tags soak -run '^TestSoak' -count=1 -timeout 0 -v ./...
CGO_ENABLED=1 tools/ci/with-servers.sh go test -race -count=1 -timeout 0 ./internal/... ./cmd/...
