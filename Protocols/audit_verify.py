#!/usr/bin/env python3
"""audit_verify.py KEY LOG CHECKPOINT...: verify an exported audit log, as AUDIT-1.md says.
KEY is the log's NAME+KEYID+KEY; LOG is JSON lines from event 1 on; CHECKPOINTs are signed notes.
Needs Python 3.9 and the package `cryptography`. Exit status: 0 sound, 1 tampered, 2 if it
cannot be read or nothing is signed.
"""
import base64
import hashlib
import json
import pathlib
import sys

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

FIELDS = ("sequence", "kind", "at", "agent", "organisation", "recipient", "message", "delivery",
          "referral", "patient", "outcome", "rule", "purpose", "epoch", "acting_system",
          "acting_value", "acting_name", "acting_role")
INTEGERS = {"sequence", "at", "message", "delivery", "epoch"}
REQUIRED = {"sequence", "kind", "at", "outcome"}


class Tampered(Exception):
    """What was read is well written, but does not fit together."""


def sha256(data):
    return hashlib.sha256(data).digest()


def unbase64(text):
    data = base64.b64decode(text, validate=True)
    if base64.b64encode(data).decode() != text:
        raise ValueError("base64 has bits that say nothing")
    return data


def event_of(pairs):
    event = dict(pairs)
    if len(event) != len(pairs) or not REQUIRED <= set(event) <= set(FIELDS):
        raise ValueError("an event repeats a field, lacks one or has an unknown one")
    return event


def canonical(event):
    result = b""
    for number, name in ((n, name) for n, name in enumerate(FIELDS, 1) if name in event):
        value = event[name]
        if type(value) is not (int if name in INTEGERS else str):
            raise ValueError(f"the field {name} has another type")
        data = bytes.fromhex(value) if name == "patient" else str(value).encode("utf-8")
        if name == "patient" and data.hex() != value:
            raise ValueError("a patient is not lower-case hexadecimal digits")
        result += bytes([number]) + len(data).to_bytes(4, "big") + data
    return result


def root_of(peaks):
    root = peaks[-1] if peaks else sha256(b"")
    for peak in reversed(peaks[:-1]):
        root = sha256(b"\x01" + peak + root)
    return root


def open_note(note, key_text):
    """The size, root and time of a checkpoint that this key signed."""
    name, key_id, key = key_text.strip().split("+", 2)
    key, key_id = unbase64(key), bytes.fromhex(key_id)
    if key[:1] != b"\x01" or sha256(name.encode() + b"\n" + key)[:4] != key_id:
        raise ValueError("the key's identifier is not that of its name and key")
    end, found = note.rindex("\n\n") + 1, False
    for line in note[end + 1:].removesuffix("\n").split("\n"):
        dash, signer, blob = line.split(" ")
        blob = unbase64(blob)
        if dash == "\u2014" and signer == name and blob[:4] == key_id:
            Ed25519PublicKey.from_public_bytes(key[1:]).verify(blob[4:], note[:end].encode())
            found = True
    lines = note[:end].split("\n")
    if not found or lines[0] != name:
        raise Tampered("the checkpoint is not signed by this log's key")
    if not lines[3].startswith("time "):
        raise ValueError("the note is not a checkpoint of four lines")
    return int(lines[1]), unbase64(lines[2]), int(lines[3][5:])


def verify(lines, checkpoints):
    peaks, size, latest, roots = [], 0, None, {0: root_of([])}
    for line in lines:
        event = json.loads(line, object_pairs_hook=event_of)
        if event["sequence"] != size + 1:
            raise Tampered(f"event {size + 1} is missing or out of order")
        leaf, full = sha256(b"\x00" + canonical(event)), size
        while full & 1:
            leaf, full = sha256(b"\x01" + peaks.pop() + leaf), full >> 1
        peaks.append(leaf)
        if latest is not None and event["at"] < latest:
            raise Tampered(f"the time of event {size + 1} is before that of the one before")
        latest, size = event["at"], size + 1
        if any(covered == size for covered, _, _ in checkpoints):
            roots[size] = root_of(peaks)
    latest = None
    for covered, root, at in checkpoints:
        if roots.get(covered) != root:
            raise Tampered(f"the log of {size} does not begin with the {covered} of a checkpoint")
        if latest is not None and at < latest:
            raise Tampered(f"the time of the checkpoint of {covered} is before an earlier one's")
        latest = at
    if size > covered == 0:
        raise ValueError(f"no signature covers any of the {size} events")
    return f"{covered} of {size} events; no signature covers the last {size - covered}"


def main():
    try:
        key, log, first, *others = sys.argv[1:]
        notes = [pathlib.Path(path).read_bytes().decode("utf-8") for path in [first, *others]]
        with open(log, encoding="utf-8", newline="\n") as lines:
            opened = sorted((open_note(note, key) for note in notes), key=lambda it: (it[0], it[2]))
            print("sound:", verify(lines, opened))
        return 0
    except (Tampered, InvalidSignature) as error:
        print("tampered:", str(error) or "a signature is bad", file=sys.stderr)
        return 1
    except (OSError, ValueError, TypeError, IndexError, RecursionError) as error:
        print("unreadable:", error, "" if len(sys.argv) > 3 else __doc__, file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
