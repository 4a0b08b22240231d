#!/usr/bin/env python3
"""Writes what an upgrade must keep, as the old programs told it.

    expect.py FOLDER      the folder make.sh works in, after the broker ended

Also writes the database's journal back, so that one file holds everything.
"""

import hashlib
import json
import pathlib
import sqlite3
import sys
import uuid

work = pathlib.Path(sys.argv[1])


def referral(name):
    shown = json.loads((work / f"{name}.show").read_text())["referral"]
    trail = json.loads((work / f"{name}.track").read_text())["trail"]
    return {
        **{key: shown[key] for key in ("number", "id", "state", "version")},
        "deliveries": [{key: step[key] for key in ("delivery", "mailbox", "state", "message")}
                       for step in trail],
    }


def documents(refused):
    """Every document that the desk sent or was given, by its message; None if it was erased."""
    mail = sqlite3.connect(work / "desk/contexts/kept/agent.db")
    found = {}
    for message, payload, patient in mail.execute(
            "SELECT message, payload, patient_value FROM outbox WHERE payload IS NOT NULL"
            " UNION ALL SELECT message, payload, NULL FROM inbox WHERE payload IS NOT NULL"):
        if message not in refused:
            erased = patient == "K-shredded-1"
            found[str(uuid.UUID(bytes=message))] = (
                None if erased else hashlib.sha256(payload).hexdigest())
    return found


broker = sqlite3.connect(work / "data/careloop.db")
broker.execute("PRAGMA wal_checkpoint(TRUNCATE)")
refused = {message for (message,) in broker.execute("SELECT id FROM refusal")}
broker.close()
names = [line.split()[0] for line in (work / "numbers").read_text().splitlines()]
print(json.dumps({"referrals": {name: referral(name) for name in names},
                  "documents": documents(refused)}, indent=1, sort_keys=True))
