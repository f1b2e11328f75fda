#!/usr/bin/env bash
# browser.sh [ARGUMENTS...] tests the pages of the built program in Chromium (web/browser/README.md); the arguments are
# Playwright's. Debian's Chromium is installed where it is missing. Pictures of the pages are left in
# web/browser/.results/pictures.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
source tools/ci/debian.sh

command -v chromium >/dev/null || install_packages chromium fonts-dejavu-core fonts-noto-cjk
tools/ci/web-build.sh
rm -rf web/browser/.results
cd web
npx playwright test "$@"
