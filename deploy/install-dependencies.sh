#!/usr/bin/env bash
# Installs the Debian packages that careloop needs, if they are missing.
#
#   --build   what is needed to build and run (libzmq, SQLite)
#   --test    that, and what the tests and checks need (the default)
#
# Prints nothing when all is there. Run it as root, or as a user who may use sudo.
set -euo pipefail

readonly build_packages=(ca-certificates git libsqlite3-dev libzmq3-dev make)
readonly test_packages=(protobuf-compiler python3 python3-venv)
readonly swift_major=6
readonly swift_minor=3

fail() {
    printf 'install-dependencies: %s\n' "$@" >&2
    exit 1
}

usage() {
    sed -n 's/^# \{0,1\}//; 2,7p' "$0"
}

# Prints the packages of the argument list that are not installed, one a line.
missing_packages() {
    local package state
    for package in "$@"; do
        state=$(dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null || true)
        [[ $state == installed ]] || printf '%s\n' "$package"
    done
}

check_swift() {
    local remedy version
    remedy="Install Swift ${swift_major}.${swift_minor} or newer (https://www.swift.org/install/linux/) and put its bin folder on PATH."
    command -v swift >/dev/null || fail "no 'swift' on PATH." "$remedy"
    version=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9]*\.[0-9]*\).*/\1/p' | head -n 1)
    [[ $version =~ ^([0-9]+)\.([0-9]+)$ ]] || fail "cannot read the version of $(command -v swift)." "$remedy"
    if ((BASH_REMATCH[1] < swift_major)) ||
        ((BASH_REMATCH[1] == swift_major && BASH_REMATCH[2] < swift_minor)); then
        fail "$(command -v swift) is version $version, which is too old." "$remedy"
    fi
}

install_packages() {
    local -a privilege=()
    if ((EUID != 0)); then
        command -v sudo >/dev/null ||
            fail "these packages are missing: $*" "Run as root: apt-get install $*"
        privilege=(sudo)
    fi
    command -v apt-get >/dev/null || fail "these packages are missing: $*" "There is no apt-get here."

    printf 'Installing %s\n' "$*"
    local log
    log=$(mktemp)
    # shellcheck disable=SC2064  # the path is fixed now, on purpose
    trap "rm -f '$log'" EXIT
    local -a apt=("${privilege[@]}" env DEBIAN_FRONTEND=noninteractive apt-get
        -o Acquire::Retries=3 -o DPkg::Lock::Timeout=120 -qq)
    if ! { "${apt[@]}" update && "${apt[@]}" install -y --no-install-recommends "$@"; } \
        </dev/null >"$log" 2>&1; then
        cat "$log" >&2
        fail "apt-get could not install: $*" "Its output is above."
    fi
}

main() {
    local -a wanted=("${build_packages[@]}")
    case ${1:---test} in
    --build) ;;
    --test) wanted+=("${test_packages[@]}") ;;
    --help | -h) usage && exit 0 ;;
    *) usage >&2 && exit 2 ;;
    esac

    if command -v dpkg-query >/dev/null; then
        local -a missing
        mapfile -t missing < <(missing_packages "${wanted[@]}")
        ((${#missing[@]} == 0)) || install_packages "${missing[@]}"
    else
        printf 'install-dependencies: not a Debian system; make sure that you have what these hold: %s\n' \
            "${wanted[*]}" >&2
    fi
    check_swift
}

main "$@"
