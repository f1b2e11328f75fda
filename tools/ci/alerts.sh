#!/usr/bin/env bash
# Checks the alert rules of deploy/prometheus and runs their unit tests, with promtool from Debian's package. Only that
# one program is taken out of the package: nothing is installed, and no Prometheus is started.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

promtool="$PWD/.cache/promtool/promtool"
if [[ ! -x $promtool ]]; then
    if command -v promtool >/dev/null; then
        promtool=$(command -v promtool)
    elif command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null; then
        echo "fetching promtool (once)"
        folder=$(mktemp -d)
        trap 'rm -rf "$folder"' EXIT
        [[ $(id -u) != 0 ]] || apt-get update -qq >/dev/null
        (cd "$folder" && apt-get download -qq prometheus >/dev/null && dpkg-deb -x prometheus_*.deb .)
        mkdir -p "${promtool%/*}"
        mv "$folder/usr/bin/promtool" "$promtool"
    else
        echo "missing: promtool, of Prometheus; install it and run this again" >&2
        exit 1
    fi
fi

"$promtool" check rules deploy/prometheus/alerts.yaml
"$promtool" test rules deploy/prometheus/alerts_test.yaml
