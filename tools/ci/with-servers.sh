#!/usr/bin/env bash
# with-servers.sh COMMAND... runs a command with the servers that tests need, each on a free port of
# the loopback address, and stops them whatever becomes of the command:
#
#   TEAM_TEST_MOTO_URL   moto, an AWS emulator (tools/ci/emulator.sh installs it)
#
# While working on one package: tools/ci/with-servers.sh go test ./internal/awsclient
#
# A further server is one more start_ function here.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

pids=()
logs=$(mktemp -d)

stop_servers() {
    local pid
    for pid in "${pids[@]}"; do
        kill "$pid" 2>/dev/null || true
    done
    for pid in "${pids[@]}"; do
        wait "$pid" 2>/dev/null || true
    done
    rm -rf "$logs"
}
trap stop_servers EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# start NAME COMMAND... starts a server in the background, its output in $logs/NAME. Where the
# kernel can do that, it is killed with this script even if nobody is left to run the trap.
start() {
    local name=$1
    shift
    if command -v setpriv >/dev/null; then
        set -- setpriv --pdeathsig TERM "$@"
    fi
    "$@" >"$logs/$name" 2>&1 </dev/null &
    pids+=("$!")
}

# wait_until_ready NAME PID COMMAND... polls until COMMAND succeeds, for a minute at most.
wait_until_ready() {
    local name=$1 pid=$2 deadline=$((SECONDS + 60))
    shift 2
    until "$@"; do
        if ! kill -0 "$pid" 2>/dev/null || ((SECONDS >= deadline)); then
            echo "$name did not start; its output:" >&2
            cat "$logs/$name" >&2
            return 1
        fi
        sleep 0.1
    done
}

# moto is given port 0 and says which one it got: choosing a free port beforehand would be a race.
start_moto() {
    if [[ ! -x .cache/venv/bin/moto_server ]]; then
        echo "moto is not installed: run tools/ci/emulator.sh" >&2
        return 1
    fi
    PYTHONUNBUFFERED=1 start moto .cache/venv/bin/moto_server -H 127.0.0.1 -p 0
    wait_until_ready moto "${pids[-1]}" moto_answers
    export TEAM_TEST_MOTO_URL
}

moto_answers() {
    TEAM_TEST_MOTO_URL=$(grep -o -m 1 'http://127\.0\.0\.1:[0-9]*' "$logs/moto") &&
        .cache/venv/bin/python -c '
import sys, urllib.request
urllib.request.urlopen(sys.argv[1] + "/moto-api/data.json", timeout=5)' "$TEAM_TEST_MOTO_URL" 2>/dev/null
}

start_moto
# The servers are there, so that a test which finds none has a defect and must fail.
export TEAM_TEST_REQUIRE_MOTO=1

"$@"
