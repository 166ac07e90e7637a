# Shared by the scripts of this folder; to be sourced by bash.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

say() { printf '%s\n' "$*" >&2; }

# Lines "package reason" for the packages that are not installed.
missing_packages() {
    local installed
    installed=$(awk '!/^#/ && NF { print $1 }' "$root/scripts/packages" |
        xargs dpkg-query -W -f '${db:Status-Status} ${Package}\n' 2>/dev/null | awk '$1 == "installed" { print $2 }' || true)
    awk -v installed="$installed" '
        BEGIN { split(installed, names, "\n"); for (i in names) have[names[i]] = 1 }
        !/^#/ && NF && !($1 in have)' "$root/scripts/packages"
}

as_root() {
    if [[ $(id -u) == 0 ]]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        say "this needs root, and there is no sudo: run it as root: $*"
        exit 5
    fi
}

install_missing_packages() {
    if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
        say "this is not a Debian system: see README.md for the names of the packages that nphysc needs"
        return
    fi
    local missing
    missing=$(missing_packages)
    [[ -z $missing ]] && return
    say "nphysc needs these packages, which will now be installed with apt-get:"
    say "$(sed 's/^/  /' <<<"$missing")"
    local names
    mapfile -t names < <(awk '{print $1}' <<<"$missing")
    as_root apt-get update >&2
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${names[@]}" >&2
}

# build PRESET [TARGET...]: configures when there is no build yet, then builds what has changed; quiet when nothing has.
build() {
    local preset=$1
    shift
    local folder=$root/build/$preset
    local log
    log=$(mktemp)
    trap 'rm -f "$log"' RETURN
    if [[ ! -f $folder/build.ninja ]]; then
        say "configuring $folder"
        if ! (cd "$root" && cmake --preset "$preset") >"$log" 2>&1; then
            cat "$log" >&2
            exit 5
        fi
    fi
    if ninja -C "$folder" -n "$@" 2>/dev/null | grep -q 'no work to do'; then
        return
    fi
    say "building what has changed (the first time takes some minutes)"
    if [[ -t 2 ]]; then
        ninja -C "$folder" "$@" >&2 || exit 5
    elif ! ninja -C "$folder" "$@" >"$log" 2>&1; then
        grep -v '^\[' "$log" >&2 || true
        exit 5
    fi
}
