#!/usr/bin/env bash
# with-servers.sh COMMAND... runs a command with the servers that tests need, each on a free port of
# the loopback address, and stops them whatever becomes of the command:
#
#   TEAM_TEST_MOTO_URL       moto, an AWS emulator (tools/ci/emulator.sh installs it)
#   TEAM_TEST_POSTGRES_URL   a new PostgreSQL of Debian's package, that may create databases
#   TEAM_TEST_POSTGRES_PROGRAMS  the folder of its programs, for tests that stop and start a server of their own
#
# While working on one package: tools/ci/with-servers.sh go test ./internal/awsclient
#
# A further server is one more start_ function here.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
source tools/ci/debian.sh

pids=()
declare -A stop_with=() # the signal that stops a server, where it is not TERM
logs=$(mktemp -d)
cluster=""

stop_servers() {
    local pid
    for pid in "${pids[@]}"; do
        kill -s "${stop_with[$pid]:-TERM}" "$pid" 2>/dev/null || true
    done
    for pid in "${pids[@]}"; do
        wait "$pid" 2>/dev/null || true
    done
    rm -rf "$logs" ${cluster:+"$cluster"}
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
    PYTHONUNBUFFERED=1 start moto .cache/venv/bin/python -m moto.server -H 127.0.0.1 -p 0
    wait_until_ready moto "${pids[-1]}" moto_answers
    export TEAM_TEST_MOTO_URL
}

moto_answers() {
    TEAM_TEST_MOTO_URL=$(grep -o -m 1 'http://127\.0\.0\.1:[0-9]*' "$logs/moto") &&
        .cache/venv/bin/python -c '
import sys, urllib.request
urllib.request.urlopen(sys.argv[1] + "/moto-api/data.json", timeout=5)' "$TEAM_TEST_MOTO_URL" 2>/dev/null
}

# postgres_programs prints the folder of the newest PostgreSQL that is installed.
postgres_programs() {
    local folder newest=""
    while IFS= read -r folder; do
        [[ ! -x "$folder/initdb" ]] || newest=$folder
    done < <(compgen -G '/usr/lib/postgresql/*/bin' | sort -V)
    [[ -n "$newest" ]] && printf '%s\n' "$newest"
}

install_postgres() {
    # Debian's package would make a cluster of its own and start it.
    install_packages postgresql-common
    sed -i 's/^#* *create_main_cluster.*/create_main_cluster = false/' /etc/postgresql-common/createcluster.conf
    install_packages postgresql
}

# start_postgres makes a cluster in a folder of its own, with a password nobody knows beforehand. PostgreSQL refuses to
# run as root; Debian's package brings a user for it. Its collation is a linguistic one, as it is in most installations,
# so that an order that SQLite and PostgreSQL do not share is noticed.
start_postgres() {
    local programs password port as=()
    programs=$(postgres_programs) || { install_postgres && programs=$(postgres_programs); }
    export TEAM_TEST_POSTGRES_PROGRAMS=$programs
    cluster=$(mktemp -d)
    password=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
    printf '%s\n' "$password" >"$cluster/password"
    if [[ $(id -u) == 0 ]]; then
        as=(setpriv --reuid=postgres --regid=postgres --clear-groups)
        chown -R postgres "$cluster"
    fi
    if command -v setpriv >/dev/null; then
        as+=(setpriv --pdeathsig INT)
    fi
    (cd / && "${as[@]}" "$programs/initdb" -D "$cluster/data" --username=team --auth=scram-sha-256 \
        --encoding=UTF8 --locale=C.UTF-8 --locale-provider=icu --icu-locale=en-US --pwfile="$cluster/password") >"$logs/initdb" 2>&1 ||
        { cat "$logs/initdb" >&2 && return 1; }
    # PostgreSQL takes no port 0. Another program may be faster on a free port: then another one is tried.
    for _ in 1 2 3 4 5; do
        port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
        start postgres "${as[@]}" "$programs/postgres" -D "$cluster/data" -p "$port" -c listen_addresses=127.0.0.1 \
            -c unix_socket_directories= -c max_connections=300
        # It ends sessions at once when interrupted, and waits for them when it is told to terminate.
        stop_with[${pids[-1]}]=INT
        export TEAM_TEST_POSTGRES_URL="postgres://team:$password@127.0.0.1:$port/postgres?sslmode=disable"
        wait_until_ready postgres "${pids[-1]}" "$programs/pg_isready" -q -h 127.0.0.1 -p "$port" && return
        grep -q 'could not bind' "$logs/postgres" || return 1
    done
    return 1
}

start_moto
start_postgres
# The servers are there, so that a test which finds none has a defect and must fail.
export TEAM_TEST_REQUIRE_MOTO=1 TEAM_TEST_REQUIRE_POSTGRES=1

"$@"
