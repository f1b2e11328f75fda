#!/usr/bin/env bash
# Runs every check of the repository in order, stops at the first that fails and says which.
# Each stage is a script that also runs alone. Needs Go, Node.js, Python 3, for the race detector a C compiler and for the
# stages e2e and browser Chromium; as root on Debian it installs what is missing of the last three, otherwise it says what
# to install.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

results=.cache/ci
rm -rf "$results"
mkdir -p "$results"
export TEST_RESULTS="$PWD/$results"

finished=()

# summary ends the output: the time of each stage, then the count of tests, alone on the last line.
# It fails where a test was skipped, because a skipped test proves nothing.
summary() {
    local rc=0
    printf '\n'
    if ((${#finished[@]})); then
        printf '  %s\n' "${finished[@]}"
    fi
    if compgen -G "$results/*.json" >/dev/null; then
        .cache/bin/testsummary "$results"/*.json || rc=$?
    fi
    return "$rc"
}

# stage NAME COMMAND... runs one check and records its time.
stage() {
    local name=$1 started=$SECONDS rc=0
    shift
    printf '\n== %s\n' "$name"
    "$@" || rc=$?
    finished+=("$(printf '%-16s %4d s' "$name" $((SECONDS - started)))")
    if ((rc != 0)); then
        printf '\nFAILED: stage "%s" (exit status %d). Alone: %s\n' "$name" "$rc" "$*"
        summary || true
        exit 1
    fi
}

stage tools tools/ci/tools.sh
stage web tools/ci/web.sh
stage emulator tools/ci/emulator.sh
stage lint tools/ci/lint.sh
stage alerts tools/ci/alerts.sh
stage unit tools/ci/with-servers.sh tools/ci/unit.sh
stage race tools/ci/with-servers.sh tools/ci/race.sh
stage e2e tools/ci/e2e.sh
stage browser tools/ci/browser.sh
stage contract tools/ci/contract.sh
stage vulnerabilities tools/ci/vulnerabilities.sh

summary
