#!/usr/bin/env bash
# Installs schemathesis, which makes calls out of the API's description and looks whether the answers are as described,
# into .cache/schemathesis: the exact versions and hashes of tools/schemathesis/requirements.lock. An environment made
# from the same lock file by the same Python is used again.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
source tools/ci/debian.sh

venv="$PWD/.cache/schemathesis"
lock=tools/schemathesis/requirements.lock

command -v python3 >/dev/null || install_packages python3
wanted=$(python3 --version && sha256sum <"$lock")
if [[ -f "$venv/.built-from" && "$(<"$venv/.built-from")" == "$wanted" ]] && "$venv/bin/python" -c 'import schemathesis' 2>/dev/null; then
    echo "schemathesis is up to date"
    exit 0
fi

# Debian splits venv's bootstrap of pip into a package of its own.
python3 -c 'import ensurepip, venv' 2>/dev/null || install_packages python3-venv

echo "installing schemathesis (a minute, once)"
rm -rf "$venv"
python3 -m venv "$venv"
"$venv/bin/pip" install --quiet --no-input --disable-pip-version-check --require-hashes -r "$lock"
printf '%s\n' "$wanted" >"$venv/.built-from"
