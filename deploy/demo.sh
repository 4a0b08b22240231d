#!/usr/bin/env bash
# Plays one referral from requested to closed, as people would type it, against a real broker.
#
# Everything happens in a throw-away folder: a broker on loopback, an agent for each of three people
# in two organisations. Each step's state is checked; the first that is not as it should be ends
# the demo with a failure. BUNDLE=path.json refers with a FHIR bundle of your own.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

BIN=${CARELOOP_BIN:-.build/release}
BUNDLE=${BUNDLE:-deploy/demo/referral.json}
[[ -r $BUNDLE ]] || { echo "demo: $BUNDLE cannot be read." >&2; exit 2; }
for program in careloopd careloop; do
    [[ -x $BIN/$program ]] || { echo "demo: $BIN/$program is missing. Run: make build" >&2; exit 2; }
done

WORK=$(mktemp -d /tmp/careloop-demo.XXXXXX)
BROKER_PID=
finish() {
    local status=$?
    if [[ -n $BROKER_PID ]] && kill -0 "$BROKER_PID" 2>/dev/null; then
        kill "$BROKER_PID" && wait "$BROKER_PID" 2>/dev/null || true
    fi
    if ((status == 0)); then rm -rf "$WORK"; else echo "demo: kept $WORK to look at." >&2; fi
}
trap finish EXIT

if [[ -t 1 && -z ${NO_COLOR:-} ]]; then BOLD=$'\e[1m' DIM=$'\e[2m' OFF=$'\e[0m'; else BOLD='' DIM='' OFF=''; fi
say() { printf '\n%s# %s%s\n' "$DIM" "$*" "$OFF"; }

# as WHO COMMAND…: types a careloop command as one of the three people, and shows it.
as() {
    local who=$1
    shift
    printf '%s%s$ careloop %s%s\n' "$BOLD" "$who" "$*" "$OFF"
    CARELOOP_HOME="$WORK/$who" "$BIN/careloop" "$@"
}
quietly() {
    local who=$1
    shift
    CARELOOP_HOME="$WORK/$who" "$BIN/careloop" "$@"
}
operator() {
    printf '%soperator$ careloopd %s%s\n' "$BOLD" "$*" "$OFF"
    "$BIN/careloopd" "$@" --data "$WORK/broker"
}
fail() { echo "demo: $*" >&2; exit 1; }

# The state of the referral, as somebody's own `show --json` tells it.
state_is() {
    local who=$1 wanted=$2 found
    found=$(quietly "$who" show "$NUMBER" --json |
        sed -n 's/.*"requestedAt":"[^"]*","state":"\([a-z-]*\)".*/\1/p')
    [[ $found == "$wanted" ]] || fail "expected the referral to be $wanted for $who, found '${found:-nothing}'"
    printf '%s  ✓ %s: the referral is %s%s\n' "$DIM" "$who" "$wanted" "$OFF"
}

say "A broker is set up and started."
"$BIN/careloopd" init --data "$WORK/broker" --control 'tcp://127.0.0.1:*' --events 'tcp://127.0.0.1:*' >"$WORK/init.txt"
cat "$WORK/init.txt"
"$BIN/careloopd" run --data "$WORK/broker" 2>"$WORK/broker.log" &
BROKER_PID=$!
for _ in $(seq 1 150); do
    grep -q 'ready: agents at' "$WORK/broker.log" && break
    kill -0 "$BROKER_PID" 2>/dev/null || { cat "$WORK/broker.log" >&2; fail "the broker did not start"; }
    sleep 0.1
done
CONTROL=$(sed -n 's/.*ready: agents at \(tcp:[^,]*\),.*/\1/p' "$WORK/broker.log")
[[ -n $CONTROL ]] || fail "the broker did not say where it is"
KEY=$("$BIN/careloopd" key --data "$WORK/broker")

say "Three people make their keys, each on their own machine."
for who in desk specialist coordinator; do
    as "$who" init --name demo --agent "$who" --broker "$CONTROL" --broker-key "$KEY" >"$WORK/$who.txt"
    cat "$WORK/$who.txt"
done
public_key() { quietly "$1" context show | sed -n 's/^Public key  *//p'; }

say "The operator enrols two organisations, a service, and the three agents."
operator enrol organisation lakeside --name 'Lakeside Practice'
operator enrol organisation northside --name 'Northside Hospital'
operator enrol service cardiology --organisation northside --name 'Cardiology'
operator enrol agent desk --organisation lakeside --name 'Front desk' --role referrer --key="$(public_key desk)"
operator enrol agent coordinator --organisation lakeside --name 'Care coordinator' --role coordinator --key="$(public_key coordinator)"
operator enrol agent specialist --organisation northside --name 'Dr Heart' --role specialist --service cardiology --key="$(public_key specialist)"

say "The desk names the patient once, by a local alias, and records the consent."
as desk patient add maria --from "$BUNDLE"
as desk consent put maria --permit --to northside --to lakeside

say "The referral goes out."
as desk refer maria --to service:cardiology --reason assessment --priority urgent --bundle "$BUNDLE" | tee "$WORK/refer.txt"
NUMBER=$(grep -o 'R-[0-9A-Z]\{4\}-[0-9A-Z]\{4\}-[0-9A-Z]\{4\}' "$WORK/refer.txt" | head -1)
[[ -n $NUMBER ]] || fail "no referral number was given"
state_is coordinator requested

say "A second patient has given no consent: the broker refuses and names the rule."
as desk patient add jon --from deploy/demo/second-patient.json
status=0
as desk refer jon --to service:cardiology --reason assessment --text-file deploy/demo/reason.txt || status=$?
((status == 1)) || fail "the referral without consent should be refused with status 1, not $status"

say "The coordinator sees what is open."
as coordinator open | tee "$WORK/open-before.txt"
grep -q "$NUMBER" "$WORK/open-before.txt" || fail "the coordinator's list lacks $NUMBER"

say "The specialist collects it, reads it, and answers."
as specialist inbox
state_is coordinator received
as specialist show "$NUMBER"
quietly specialist show "$NUMBER" --raw request >"$WORK/received.json"
cmp "$BUNDLE" "$WORK/received.json" || fail "the document did not arrive byte for byte"
printf '%s  ✓ the document arrived byte for byte%s\n' "$DIM" "$OFF"
as specialist accept "$NUMBER"
state_is coordinator accepted
as specialist schedule "$NUMBER" --start "$(date -d '+7 days' +%Y-%m-%dT10:00)" --minutes 30
state_is coordinator scheduled
as specialist note "$NUMBER" --text-file deploy/demo/interim.txt
state_is coordinator seen
as specialist complete "$NUMBER" --outcome treated --text-file deploy/demo/final.txt
state_is coordinator completed

say "The result comes back, is read and acknowledged: the loop is closed."
as desk inbox
as desk show "$NUMBER"
as desk acknowledge "$NUMBER"
state_is coordinator closed
state_is specialist closed

say "Nothing is open any more; every message's way can be followed."
as coordinator open | tee "$WORK/open-after.txt"
! grep -q "$NUMBER" "$WORK/open-after.txt" || fail "the coordinator's list still holds $NUMBER"
as desk track "$NUMBER" | tee "$WORK/track.txt"
! grep -q -e ' queued' -e ' sending' "$WORK/track.txt" || fail "a delivery is not settled"

printf '\n%s✓ %s went from requested to closed.%s\n' "$BOLD" "$NUMBER" "$OFF"
