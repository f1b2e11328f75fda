# shellcheck shell=bash
# Sourced by what needs the packages of the web application: those of web/package-lock.json, exactly.

# need_node says what is missing where Node is, or is too old for Vite and Vitest.
need_node() {
    local found
    if ! found=$(node --version 2>/dev/null) || ! command -v npm >/dev/null; then
        echo "missing: Node.js 20.19 or later, with npm, which builds the web application" >&2
        return 1
    fi
    if ! node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)'; then
        echo "Node.js $found is too old for what builds the web application: 20.19 or later is needed" >&2
        return 1
    fi
}

# install_node_packages installs them, unless they are there from the same list by the same Node.
install_node_packages() {
    local wanted
    need_node
    wanted=$(node --version && sha256sum <web/package-lock.json)
    if [[ -f web/node_modules/.installed-from && "$(<web/node_modules/.installed-from)" == "$wanted" ]]; then
        return
    fi
    echo "installing the packages of the web application (a minute, once)"
    # Playwright tests with Debian's Chromium, and downloads none.
    (cd web && PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm ci --no-audit --no-fund --loglevel=error)
    printf '%s\n' "$wanted" >web/node_modules/.installed-from
}
