#!/usr/bin/env bash
# Runs all tests, built without cgo like the binary that ships. Where TEST_RESULTS names a
# directory, the events of `go test -json` are left there.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
source tools/ci/gotest.sh
export CGO_ENABLED=0

gotest unit ./...
cd tools
gotest tools ./testsummary
