#!/usr/bin/env bash
# Builds the web application, checks its code (Biome, TypeScript), and runs the tests that need no browser.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

tools/ci/web-build.sh
reporters=(--reporter=dot)
if [[ -n "${TEST_RESULTS:-}" ]]; then
    reporters+=(--reporter=json "--outputFile.json=$TEST_RESULTS/web.vitest.json")
fi
cd web
npm run --silent check
npx vitest run "${reporters[@]}"
