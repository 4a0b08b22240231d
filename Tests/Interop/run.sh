#!/usr/bin/env bash
# Plays one referral between Tests/Interop/agent.py and a broker of its own.
#
#   CARELOOP_BIN     folder with careloopd (default: .build/debug)
#   CARELOOP_PYTHON  a Python with the packages of requirements.txt (default: python3)
#   PYTHONPATH       holds what protoc --python_out made of Protocols/careloop
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
readonly here
readonly careloopd=${CARELOOP_BIN:-$here/../../.build/debug}/careloopd
readonly python=${CARELOOP_PYTHON:-python3}
readonly start_limit=60
readonly play_limit=120

# Short, because the path of the operator's socket must fit into 107 bytes.
scratch=$(mktemp -d /tmp/clp-interop.XXXXXX)
readonly scratch
readonly data=$scratch/data log=$scratch/broker.log
broker=

stop_broker() {
    [[ -n $broker ]] || return 0
    kill -TERM "$broker" 2>/dev/null || true
    local status=0
    wait "$broker" || status=$?
    broker=
    return "$status"
}

clean_up() {
    stop_broker || true
    rm -rf "$scratch"
}
trap clean_up EXIT

fail() {
    printf 'interop: %s\n' "$@" >&2
    if [[ -s $log ]]; then
        echo "interop: what the broker said:" >&2
        tail -n 20 "$log" >&2
    fi
    echo "interop: 0 passed, 1 failed" >&2
    exit 1
}

enrol() {
    "$careloopd" enrol "$@" --data "$data" >"$scratch/enrol.log" 2>&1 ||
        fail "careloopd enrol $1 failed:" "$(<"$scratch/enrol.log")"
}

# Waits until the broker has said where it is; its log is the only place that tells the port.
await_ready() {
    local line
    while IFS= read -r -t "$start_limit" line; do
        printf '%s\n' "$line" >>"$log"
        if [[ $line =~ ready:\ agents\ at\ ([^,[:space:]]+),\ events\ at\ ([^[:space:]]+) ]]; then
            control=${BASH_REMATCH[1]}
            return 0
        fi
    done
    return 1
}

[[ -x $careloopd ]] || fail "there is no $careloopd. Build it, or set CARELOOP_BIN."
"$python" -c 'import cryptography, zmq; from careloop.v1 import frames_pb2' 2>"$scratch/import.log" ||
    fail "$python lacks something; run this through 'make interop-test':" "$(<"$scratch/import.log")"

"$careloopd" init --data "$data" --control 'tcp://127.0.0.1:*' --events 'tcp://127.0.0.1:*' \
    >"$scratch/init.log" 2>&1 || fail "careloopd init failed:" "$(<"$scratch/init.log")"
broker_key=$("$careloopd" key --data "$data") || fail "careloopd key failed."

mkfifo "$scratch/stderr"
"$careloopd" run --data "$data" 2>"$scratch/stderr" &
broker=$!
exec 3<"$scratch/stderr"
control=
await_ready <&3 || fail "the broker did not get ready."
# The rest of the log goes to a file, so that the broker never waits for a reader.
cat <&3 >>"$log" &

keys=$("$python" "$here/agent.py" keys "$scratch/keys.json") || fail "the keys could not be made."
{ read -r sender_key; read -r receiver_key; } <<<"$keys"

enrol organisation interop-a --name "Practice A"
enrol organisation interop-b --name "Hospital B"
enrol service interop-clinic --organisation interop-b --name "Clinic of B"
enrol agent interop-sender --organisation interop-a --name "Sender" --key "$sender_key" \
    --role referrer
enrol agent interop-receiver --organisation interop-b --name "Receiver" --key "$receiver_key" \
    --role specialist --service interop-clinic

timeout "$play_limit" "$python" "$here/agent.py" play "$scratch/keys.json" "$control" "$broker_key" ||
    fail "the agent failed (status $?)."

stop_broker || fail "the broker did not end in good order (status $?)."
echo "interop: 1 passed, 0 failed"
