#!/usr/bin/env bash
# release-fixture.sh keeps what this version of the program leaves behind, for the tests of later ones:
# internal/store/releasetest/testdata/VERSION, where VERSION is that of the newest migration. It is run
# once, when a version with a new migration is released, and takes some minutes.
#
#   sqlite.sql, postgres.sql   databases in the middle of their work, and the checkpoints beside them
#   *.statements.sql           the statements the program sends, one of each shape
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

newest=$(basename "$(printf '%s\n' internal/store/migrations/sqlite/*.sql | sort | tail -n 1)")
version=$((10#${newest%%_*}))
folder=$PWD/internal/store/releasetest/testdata/$version
if [[ -e $folder ]]; then
    echo "$folder is there already: what a release left behind is never changed" >&2
    exit 1
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/statements" "$work/fixture"

# The store with a recorder of its statements, laid over the source.
cp tools/releasefixture/record.go.txt "$work/record.go"
overlay="\"$PWD/internal/store/record.go\": \"$work/record.go\""
for name in sqlite postgres; do
    sed -E 's/bun\.NewDB\(([a-z]+), ([a-z]+)\.New\(\)\)/recorded(bun.NewDB(\1, \2.New()))/g' "internal/store/$name.go" >"$work/$name.go"
    if cmp -s "internal/store/$name.go" "$work/$name.go"; then
        echo "internal/store/$name.go opens its databases in another way: change this script" >&2
        exit 1
    fi
    overlay+=", \"$PWD/internal/store/$name.go\": \"$work/$name.go\""
done
printf '{"Replace": {%s}}\n' "$overlay" >"$work/overlay.json"

export GOFLAGS="-overlay=$work/overlay.json" RECORD_SQL=$work/statements TEAM_TEST_FIXTURE=$work/fixture
tools/ci/emulator.sh
tools/ci/with-servers.sh bash -euo pipefail -c '
    go test -tags fixture -count=1 -run TestMakeReleaseFixture ./cmd/team/processtest
    go test -count=1 ./internal/store ./internal/api ./cmd/team
    go test -count=1 -run "Replicas|Walk|Recovery" ./cmd/team/processtest
    go test -count=1 -run "Databases" ./internal/simulation'

for kind in sqlite postgres; do
    cat "$work/statements/$kind"-* | grep -vE '^(BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE)\b' | LC_ALL=C sort -u >"$work/fixture/$kind.statements.sql"
done
mkdir -p "$(dirname "$folder")"
cp -r "$work/fixture" "$folder"
chmod 644 "$folder"/*
wc -c "$folder"/*
