#!/usr/bin/env bash
# Fails when a .proto file changed after Protocols/generate.sh last ran. Needs no plugin and no protoc.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

readonly record=proto.sha256
readonly generated=../Sources/CareWire/Generated

fail() {
    printf 'proto freshness: %s\n' "$@" "Run: make proto, and commit what it writes." >&2
    exit 1
}

[[ -f $record ]] || fail "Protocols/$record is missing."
mapfile -t protos < <(find careloop -name '*.proto' | LC_ALL=C sort)
((${#protos[@]} > 0)) || fail "no .proto file under Protocols/careloop."

if ! difference=$(diff "$record" <(sha256sum "${protos[@]}")); then
    fail "Sources/CareWire/Generated is older than the .proto files:" "$difference"
fi
for proto in "${protos[@]}"; do
    swift_file=$generated/$(basename "$proto" .proto).pb.swift
    [[ -f $swift_file ]] || fail "Sources/CareWire/Generated/${swift_file##*/} is missing."
    grep -qxF "// Source: $proto" "$swift_file" ||
        fail "Sources/CareWire/Generated/${swift_file##*/} does not come from $proto."
done
count=$(find "$generated" -name '*.pb.swift' | wc -l)
((count == ${#protos[@]})) || fail "Sources/CareWire/Generated holds files that no .proto makes."
