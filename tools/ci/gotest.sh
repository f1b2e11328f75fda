# shellcheck shell=bash
# Sourced by the stages that run Go tests.

root=$PWD

# gotest NAME ARGUMENTS... runs `go test ARGUMENTS` through gotestsum, which prints go test's own
# lines and repeats the failures at the end.
gotest() {
    local name=$1 options=(--format standard-quiet)
    shift
    # Alone, in a new clone, a stage is the first to need it.
    [[ -x "$root/.cache/bin/gotestsum" ]] || "$root/tools/ci/tools.sh"
    if [[ -n "${TEST_RESULTS:-}" ]]; then
        options+=(--jsonfile "$TEST_RESULTS/$name.json")
    fi
    # A result remembered from an earlier run proves nothing about this machine.
    if [[ -n "${CI:-}" ]]; then
        set -- -count=1 "$@"
    fi
    "$root/.cache/bin/gotestsum" "${options[@]}" -- -timeout 15m "$@"
}
