#!/usr/bin/env bash
# bench.sh [NAME] measures TEAM against the numbers it has to reach (docs/performance.md): everything, or the figures
# whose test is named TestBenchNAME…, whatever the case: eligibility, lists, decidable, ends, reading, throughput,
# edge, firewall, web, latency, kill. Each figure is printed as soon as it is there; at the end all of them, and what was reached and what
# not. TEAM_BENCH_MOST=10000 leaves out the larger sizes.
#
# It runs under with-servers.sh. The figures are left in .cache/bench/figures.json.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

name=${1:-}
folder=$PWD/.cache/bench
mkdir -p "$folder"
export TEAM_BENCH_JSON=$folder/figures.json CGO_ENABLED=0
rm -f "$TEAM_BENCH_JSON"

# What people wait for before their browser is measured with Chromium, and with the application in the program.
if [[ -z $name || web == "${name,,}"* ]]; then
    source tools/ci/debian.sh
    command -v chromium >/dev/null || install_packages chromium fonts-dejavu-core
    tools/ci/web-build.sh
fi

# One after the other: what is measured must not share the machine with what is measured beside it. A figure that could
# not be taken is no reason to leave out the others, and the tables at the end.
rc=0
for package in internal/policy internal/bench cmd/team/processtest; do
    program=$folder/$(basename "$package").test
    go test -c -tags bench -o "$program" "./$package"
    [[ $package != cmd/team/processtest ]] || export TEAM_BENCH_LAST=1
    (cd "$package" && "$program" -test.run "(?i)^TestBench$name" -test.timeout 60m) || rc=$?
done

if [[ ! -s $TEAM_BENCH_JSON ]]; then
    echo "no figure is named $name; there are eligibility, lists, decidable, ends, reading, throughput, edge, firewall, web, latency, kill" >&2
    exit 2
fi
exit "$rc"
