#!/usr/bin/env bash
# contract.sh [SECONDS] [SEED] starts a demo on a free port and has schemathesis call every operation of its OpenAPI
# document for SECONDS (60 by default), half as a requester and half as an administrator, with good and with bad input. It
# fails on an answer of 5xx, on one that the document does not list for the operation, and on one that is not as the
# document says. SEED repeats a run as far as the demo's data allow; it is printed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

seconds=${1:-60}
seed=${2:-20261125}

tools/ci/schemathesis.sh
tool="$PWD/.cache/schemathesis"
work=$(mktemp -d)
demo=""
stop_demo() {
    if [[ -n "$demo" ]]; then
        kill "$demo" 2>/dev/null || true
        wait "$demo" 2>/dev/null || true
    fi
    rm -rf "$work"
}
trap stop_demo EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

go build -o "$work/team" ./cmd/team
"$work/team" demo --listen 127.0.0.1:0 --data "$work/data" >"$work/demo.log" 2>&1 </dev/null &
demo=$!
deadline=$((SECONDS + 60))
until url=$(grep -o -m 1 'serves on http://[0-9.:]*' "$work/demo.log" | sed 's/serves on //') && [[ -n "$url" ]]; do
    if ! kill -0 "$demo" 2>/dev/null || ((SECONDS >= deadline)); then
        echo "the demo did not start:" >&2
        cat "$work/demo.log" >&2
        exit 1
    fi
    sleep 0.1
done

# Every status is listed for its operation; "default" beside them would let any other pass.
"$tool/bin/python" - "$url/api/v1/openapi.json" >"$work/openapi.json" <<'PYTHON'
import json, sys, time, urllib.request

for attempt in range(100):
    try:
        document = json.load(urllib.request.urlopen(sys.argv[1], timeout=5))
        break
    except OSError:
        if attempt == 99:
            raise
        time.sleep(0.1)
for operations in document["paths"].values():
    for operation in operations.values():
        operation["responses"].pop("default", None)
json.dump(document, sys.stdout)
PYTHON

checks=not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,response_schema_conformance
for persona in requester admin; do
    echo "as $persona for $((seconds / 2)) s, seed $seed"
    token=$("$work/team" demo token "$persona" --data "$work/data" | sed -n 's/^export TEAM_TOKEN=//p')
    # A stream of events does not end by itself; ending sign-ins ends the one that everything else is called in.
    (cd "$work" && timeout $((seconds * 3 + 120)) "$tool/bin/python" "$tool/bin/st" run openapi.json --url "$url" \
        --header "Authorization: Bearer $token" --max-time $((seconds / 2)) --seed "$seed" --continue-on-failure --checks "$checks" \
        --exclude-operation-id stream-events --exclude-operation-id end-sign-in --exclude-operation-id end-sign-ins --request-timeout 30 --suppress-health-check all --generation-database none --warnings off \
        --no-color >"$work/$persona.log" 2>&1) || {
        cat "$work/$persona.log"
        echo "what the demo said:"
        tail -20 "$work/demo.log"
        exit 1
    }
    grep -E 'generated|Tested:' "$work/$persona.log"
done
