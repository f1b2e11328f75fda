#!/usr/bin/env bash
# Builds the web application into web/dist, which the program embeds, unless it is there from the same sources.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
source tools/ci/node.sh

install_node_packages
wanted=$(
    node --version
    {
        find web/src web/public web/building -type f ! -name '*.test.ts' ! -path web/src/api/schema.d.ts -print0
        printf '%s\0' web/index.html web/vite.config.ts web/package.json web/package-lock.json docs/reference/openapi.json
    } | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum
)
if [[ -f web/dist/index.html && -f web/node_modules/.built-from && "$(<web/node_modules/.built-from)" == "$wanted $(ls web/dist/assets)" ]]; then
    echo "the web application is up to date"
    exit 0
fi
rm -f web/node_modules/.built-from
(cd web && npx vite build --logLevel warn)
printf '%s\n' "$wanted $(ls web/dist/assets)" >web/node_modules/.built-from
