#!/usr/bin/env bash
# Signs in to the built program with Chromium, at providers that are not ours: the module e2e. Debian's Chromium is
# installed where it is missing. Pictures of the pages are left in .cache/e2e.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
source tools/ci/debian.sh
source tools/ci/gotest.sh
export CGO_ENABLED=0

command -v chromium >/dev/null || install_packages chromium fonts-dejavu-core fonts-noto-cjk
rm -rf .cache/e2e
cd e2e
gotest e2e ./...
