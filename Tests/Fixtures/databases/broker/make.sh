#!/usr/bin/env bash
# Makes a small broker's data directory in every state that an upgrade must keep.
#
#   make.sh FOLDER        FOLDER becomes schema-N of README.md; it must not exist
#
#   CARELOOP_BIN     folder with careloopd and careloop of the version to keep
#   CARELOOP_PYTHON  a Python with the packages of Tests/Interop/requirements.txt
#   CARELOOP_DAYS    how far the clock is set back (400): a broker that is started on what is kept
#                    must not find its clock behind
#   PYTHONPATH       holds what protoc --python_out made of Protocols/careloop
#
# Everything in it is made up; the broker listens on loopback only and is gone afterwards.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
readonly here bin=$CARELOOP_BIN python=${CARELOOP_PYTHON:-python3} target=$1
readonly days=${CARELOOP_DAYS:-400}
[[ ! -e $target ]] || { echo "make: $target exists already." >&2; exit 2; }

work=$(mktemp -d /tmp/careloop-fixture.XXXXXX)
readonly work data=$work/data
broker= control=
${CC:-clang} -shared -fPIC -O1 -o "$work/clock.so" "$here/clock.c"
back=(env "LD_PRELOAD=$work/clock.so" "CAREDAYS=$days")
careloop=("${back[@]}" "$bin/careloop")
careloopd=("${back[@]}" "$bin/careloopd")
finish() {
    [[ -z $broker ]] || kill -KILL "$broker" 2>/dev/null || true
    rm -rf "$work"
}
trap finish EXIT

start() {
    : >"$work/log"
    (
        export CARELOOPD_CONTROL_ENDPOINT=${control:-tcp://127.0.0.1:*}
        exec "${careloopd[@]}" run --data "$data" 2>>"$work/log"
    ) &
    broker=$!
    for _ in $(seq 1 300); do
        # The second start keeps the port, which the agents know.
        control=$(sed -n 's/.*ready: agents at \(tcp:[^,]*\),.*/\1/p' "$work/log")
        [[ -z $control ]] || return 0
        sleep 0.1
    done
    cat "$work/log" >&2
    exit 1
}
stop() {
    kill -TERM "$broker"
    wait "$broker"
    broker=
}
operator() { "${careloopd[@]}" "$@" --data "$data"; }
as() {
    local who=$1
    shift
    CARELOOP_HOME="$work/$who" "${careloop[@]}" "$@"
}
document() { sed "s/PATIENT/K-$2-1/" "$here/documents/$1.json" >"$work/$2-$1.json"; echo "$work/$2-$1.json"; }
words() { printf '%s\n' "$*" >"$work/words"; echo "$work/words"; }
# refer PATIENT SERVICE [OPTION…]: sets `number`.
refer() {
    local patient=$1 service=$2 kind=$3
    shift 3
    number=$(as desk refer "$patient" --to "service:$service" --reason assessment \
        --bundle "$(document "$kind" "$patient")" "$@" |
        grep -o 'R-[0-9A-Z]\{4\}-[0-9A-Z]\{4\}-[0-9A-Z]\{4\}' | head -1)
    [[ -n $number ]] || { echo "make: no number for $patient." >&2; exit 1; }
}
# keep NAME: notes the referral and how all its documents look to the desk.
keep() { printf '%s %s\n' "$1" "$number" >>"$work/numbers"; }

operator init --control 'tcp://127.0.0.1:*' --events 'tcp://127.0.0.1:*' >/dev/null
start
key=$(operator key)
operator enrol organisation lakeside --name 'Lakeside Practice' >/dev/null
operator enrol organisation northside --name 'Northside Hospital' \
    --identifier 'urn:example:organisations|north-1' >/dev/null
operator enrol service cardiology --organisation northside --name 'Cardiology' >/dev/null
operator enrol service laboratory --organisation northside --name 'Laboratory' >/dev/null
people() {
    local who=$1 organisation=$2 public
    shift 2
    as "$who" init --name kept --agent "$who" --broker "$control" --broker-key "$key" >/dev/null
    public=$(as "$who" context show | sed -n 's/^Public key  *//p')
    operator enrol agent "$who" --organisation "$organisation" --name "$who of $organisation" \
        --key="$public" "$@" >/dev/null
}
people desk lakeside --role referrer
people cora lakeside --role coordinator --role auditor
people heart northside --role specialist --service cardiology
people casualty northside --role emergency
people chief northside --role administrator
{ read -r public; read -r _; } < <("$python" "$here/lease.py" keys "$work/lab.json")
operator enrol agent lab --organisation northside --name 'lab of northside' --key="$public" \
    --role specialist --service laboratory >/dev/null

for patient in closed open redacted leased withheld shredded; do
    as desk patient add "$patient" --from "$(document referral "$patient")" >/dev/null
done
permit() { as desk consent put "$@" --permit --to northside --to lakeside >/dev/null; }
for patient in closed open leased shredded; do permit "$patient"; done
permit redacted --except-label HIV

# A loop from end to end.
refer closed cardiology referral --priority urgent
keep closed
as heart inbox >/dev/null
as heart accept "$number" >/dev/null
as heart schedule "$number" --start "$("${back[@]}" date -d '+7 days' +%Y-%m-%dT10:00)" --minutes 30 >/dev/null
as heart note "$number" --text-file "$(words 'Seen; tests are under way.')" >/dev/null
as heart complete "$number" --outcome treated --text-file "$(words 'Treated, back to you.')" >/dev/null
as desk inbox >/dev/null
as desk show "$number" >/dev/null
as desk acknowledge "$number" >/dev/null
as heart inbox >/dev/null

# Some that stand still half way.
refer open cardiology referral
keep accepted
as heart inbox >/dev/null
as heart accept "$number" >/dev/null
refer open cardiology referral --allow-duplicate
keep info-requested
as heart inbox >/dev/null
as heart ask "$number" --missing clinical-information --due "$("${back[@]}" date -d '+7 days' +%Y-%m-%d)" \
    --comment-file "$(words 'Which dose?')" >/dev/null
refer open cardiology referral --allow-duplicate
keep declined
as heart inbox >/dev/null
as heart decline "$number" --reason capacity >/dev/null
refer redacted cardiology referral-with-condition
keep redacted
as heart inbox >/dev/null
as heart show "$number" >/dev/null

# A key of before and one of after.
operator keys rotate >/dev/null
refer open laboratory referral
keep taken

# One that is kept back: what it was sent under was withdrawn.
! (refer withheld laboratory referral) 2>/dev/null
permit withheld
refer withheld laboratory referral
keep withheld
directive=$(as desk consent list withheld --json | grep -o '[0-9a-f]\{8\}-[0-9a-f-]\{27\}' | head -1)
as desk consent revoke "$directive" >/dev/null

# An emergency, judged by somebody else.
as casualty patient add closed --from "$(document referral closed)" >/dev/null
as casualty break-glass start closed --reason-file "$(words 'found unconscious, no history at hand')" >/dev/null
as casualty timeline closed >/dev/null
glass=$(as cora break-glass list --json | grep -o '[0-9a-f]\{8\}-[0-9a-f-]\{27\}' | head -1)
as cora break-glass review "$glass" --justified >/dev/null
as casualty patient add open --from "$(document referral open)" >/dev/null
as casualty break-glass start open --reason-file "$(words 'collapsed at the door, no papers')" >/dev/null

# A patient whose key is gone.
refer shredded cardiology referral
keep shredded
as heart inbox >/dev/null
printf 'urn:example:kept|K-shredded-1\n' | operator patient shred --operator ann --i-am-sure >/dev/null

# Ends in good order, each with a checkpoint, and other starts.
stop
start
permit leased --purpose TREAT
stop
start

# The last word is a delivery that somebody has and never acknowledged: the broker is killed.
refer leased laboratory referral
keep waiting
"$python" "$here/lease.py" take "$work/lab.json" "$control" "$key"

mkdir -p "$target/data" "$target/keys"
while read -r name number; do
    as desk show "$number" --json >"$work/$name.show"
    as desk track "$number" --json >"$work/$name.track"
done <"$work/numbers"
operator list >"$target/parties"
kill -KILL "$broker"
wait "$broker" 2>/dev/null || true
broker=
python3 "$here/expect.py" "$work" >"$target/expected.json"
operator audit export >"$target/audit.ndjson"
cp "$data"/{careloop.db,careloopd.json,checkpoint,starts} "$target/data"
# Where the keys were; beside the data they are found by themselves.
python3 -c 'import json, sys; path = sys.argv[1]; settings = json.load(open(path)); del settings["keys"]
json.dump(settings, open(path, "w"), indent=1)' "$target/data/careloopd.json"
cp "$data-keys"/* "$target/keys"
for who in desk cora; do cp "$work/$who/contexts/kept/agent.key" "$target/keys/agent-$who.key"; done
chmod 600 "$target"/*/*
operator audit verify
