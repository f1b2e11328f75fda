# shellcheck shell=bash
# Sourced by what formats Go files.

# go_files prints this repository's Go files, those not yet committed too, separated by NUL.
go_files() {
    local file
    git ls-files -z --cached --others --exclude-standard -- '*.go' | while IFS= read -r -d '' file; do
        [[ ! -e "$file" ]] || printf '%s\0' "$file"
    done
}
