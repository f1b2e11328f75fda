# shellcheck shell=bash
# Sourced by the stages that need something which a bare Debian lacks.

# install_packages NAME... installs Debian packages where that can be done without asking anybody
# (root, apt), and otherwise fails with a sentence that names them.
install_packages() {
    if [[ $(id -u) != 0 ]] || ! command -v apt-get >/dev/null; then
        echo "missing: $* (Debian's names); install it and run this again" >&2
        return 1
    fi
    echo "installing $*"
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@"; } >/dev/null
}
