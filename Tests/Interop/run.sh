#!/usr/bin/env bash
# Plays one referral between Tests/Interop/agent.py and a broker of its own, then has the broker's
# audit log judged: by careloopd, by Protocols/audit_verify.py, and as FHIR by Tests/Validation.
#
#   CARELOOP_BIN     folder with careloopd (default: .build/debug)
#   CARELOOP_PYTHON  a Python with the packages of requirements.txt (default: python3)
#   CARELOOP_VALIDATOR_PYTHON  one with those of Tests/Validation (default: CARELOOP_PYTHON)
#   PYTHONPATH       holds what protoc --python_out made of Protocols/careloop
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
readonly here
readonly careloopd=${CARELOOP_BIN:-$here/../../.build/debug}/careloopd
readonly python=${CARELOOP_PYTHON:-python3}
readonly validator_python=${CARELOOP_VALIDATOR_PYTHON:-$python}
readonly root=$here/../..
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

# The log of what was just played, judged by three who do not know each other.
"$careloopd" audit verify --data "$data" >"$scratch/verify.log" 2>&1 ||
    fail "careloopd does not find its own audit log sound:" "$(<"$scratch/verify.log")"
"$careloopd" audit export --data "$data" --format json >"$scratch/audit.ndjson" ||
    fail "careloopd audit export failed."
"$careloopd" audit checkpoint --data "$data" >"$scratch/checkpoint" ||
    fail "careloopd audit checkpoint failed."
grep -q '"acting_value":"S-117","acting_name":"Nora Beispiel","acting_role":"nurse"' \
    "$scratch/audit.ndjson" || fail "the audit log does not say on whose behalf the agent acted."
audit_key=$("$careloopd" audit key --data "$data") || fail "careloopd audit key failed."
"$python" "$root/Protocols/audit_verify.py" "$audit_key" "$scratch/audit.ndjson" \
    "$scratch/checkpoint" >"$scratch/verify.log" 2>&1 ||
    fail "audit_verify.py does not find the audit log sound:" "$(<"$scratch/verify.log")"
sed '3s/permit/denied/;3s/accepted/rejected/;3s/"at":1/"at":2/' "$scratch/audit.ndjson" \
    >"$scratch/tampered.ndjson"
if "$python" "$root/Protocols/audit_verify.py" "$audit_key" "$scratch/tampered.ndjson" \
    "$scratch/checkpoint" >"$scratch/verify.log" 2>&1; then
    fail "audit_verify.py finds a changed log sound."
fi
"$careloopd" audit export --data "$data" --format fhir >"$scratch/audit.fhir.ndjson" ||
    fail "careloopd audit export failed."
"$validator_python" "$root/Tests/Validation/validate_audit_events.py" --self-test \
    >"$scratch/validate.log" 2>&1 ||
    fail "the validator misses damage:" "$(tail -n 20 "$scratch/validate.log")"
"$validator_python" "$root/Tests/Validation/validate_audit_events.py" "$scratch/audit.fhir.ndjson" \
    >"$scratch/validate.log" 2>&1 ||
    fail "an AuditEvent is not valid:" "$(tail -n 20 "$scratch/validate.log")"
grep -q '"name":"Nora Beispiel","requestor":true' "$scratch/audit.fhir.ndjson" ||
    fail "no AuditEvent has a human agent."
printf 'interop: %s audit events verified and valid as FHIR\n' "$(wc -l <"$scratch/audit.ndjson")"
echo "interop: 1 passed, 0 failed"
