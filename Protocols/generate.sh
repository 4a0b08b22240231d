#!/usr/bin/env bash
# Regenerates Sources/CareWire/Generated from the .proto files and records their hashes.
#
# Needs protoc (Debian: protobuf-compiler). The Swift plugin is taken from PATH, or built once from
# the swift-protobuf sources that this package uses anyway. Run it after every change of a .proto
# file and commit what it writes; Protocols/check.sh holds the two together.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly output=Sources/CareWire/Generated
readonly plugin_scratch=.build-protoc

fail() {
    printf 'generate: %s\n' "$@" >&2
    exit 1
}

# Prints the path of protoc-gen-swift.
find_plugin() {
    command -v protoc-gen-swift && return
    local checkout=.build/checkouts/swift-protobuf
    [[ -d $checkout ]] || swift package resolve >&2
    [[ -d $checkout ]] || fail "$checkout is missing." "Run: swift package resolve"
    local -a build=(swift build --package-path "$checkout" --scratch-path "$PWD/$plugin_scratch"
        --product protoc-gen-swift)
    "${build[@]}" >&2
    printf '%s/protoc-gen-swift\n' "$("${build[@]}" --show-bin-path)"
}

main() {
    command -v protoc >/dev/null ||
        fail "no 'protoc' on PATH." "Run: deploy/install-dependencies.sh --test"
    local plugin
    plugin=$(find_plugin)

    local -a protos
    mapfile -t protos < <(cd Protocols && find careloop -name '*.proto' | LC_ALL=C sort)
    ((${#protos[@]} > 0)) || fail "no .proto file under Protocols/careloop."

    # A new folder takes the place of the old one, so that a deleted .proto leaves nothing behind.
    local fresh
    fresh=$(mktemp -d)
    # shellcheck disable=SC2064  # the path is fixed now, on purpose
    trap "rm -rf '$fresh'" EXIT
    protoc --proto_path=Protocols \
        --plugin=protoc-gen-swift="$plugin" \
        --swift_opt=Visibility=Public \
        --swift_opt=UseAccessLevelOnImports=true \
        --swift_opt=FileNaming=DropPath \
        --swift_out="$fresh" \
        "${protos[@]}"
    mkdir -p "$output"
    find "$output" -name '*.pb.swift' -delete
    cp "$fresh"/*.pb.swift "$output/"

    (cd Protocols && sha256sum "${protos[@]}" >proto.sha256)
    printf 'Generated %d file(s) in %s\n' "${#protos[@]}" "$output"
}

main "$@"
