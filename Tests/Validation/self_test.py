"""Proves that validate_audit_events.py can fail: damages valid events and wants each refused."""

import copy
import json
import sys

import validate_audit_events as judge

BROKER = {"type": "Device", "identifier": {"system": "urn:x", "value": "hub"}}
AGENT = {"identifier": {"system": "urn:careloop:agent", "value": "dr-lee"}}
NETWORK = {"address": "urn:careloop:mailbox:agent:dr-lee", "type": "5"}


def coding(kind):
    return {"system": kind[0], "code": kind[1]}


def agent(kind, who, requestor=False, **parts):
    concept = {"coding": [coding(kind)]}
    return {"type": concept, "who": who, "requestor": requestor, **parts}


def event(profile, kind, action, subtype, agents, observer, data):
    patient = {
        "what": {"type": "Patient", "identifier": {"system": "urn:h", "value": "ab"}},
        "type": coding(judge.PERSON),
        "role": coding(judge.PATIENT_ROLE),
    }
    return {
        "resourceType": "AuditEvent",
        "id": "7",
        "meta": {
            "profile": [judge.PROFILE + profile],
            "tag": [{"system": "urn:careloop:audit-event", "code": "sample"}],
        },
        "type": coding((judge.DCM, kind)),
        "subtype": [coding(subtype)],
        "action": action,
        "recorded": "2022-07-01T12:00:00.123Z",
        "outcome": "0",
        "agent": agents,
        "source": {"site": "hub", "observer": observer},
        "entity": [patient, data],
    }


def samples():
    document = {
        "what": {"identifier": {"system": "urn:careloop:message", "value": "41"}},
        "type": {"system": judge.HL7 + "audit-entity-type", "code": "2"},
    }
    consent = {
        "what": {"type": "Consent", "identifier": {"value": "urn:uuid:1"}},
        "type": coding(judge.CONSENT),
    }
    source = agent(judge.SOURCE, BROKER, network=NETWORK)
    destination = agent(judge.DESTINATION, AGENT, True, network=NETWORK)
    decision = [
        agent(judge.APPLICATION, AGENT, network=NETWORK),
        agent(judge.USER, AGENT, True),
        agent(judge.PROVIDER, {"identifier": {"value": "hill-practice"}}),
        agent(judge.AUTHORIZER, BROKER),
    ]
    somebody = {"identifier": {"system": "urn:staff", "value": "S-117"}}
    person = {"name": "Nora Example", "role": [{"text": "nurse"}]}
    for_somebody = [
        source,
        agent(judge.DESTINATION, AGENT, network=NETWORK),
        agent(judge.APPLICATION, AGENT),
        agent(judge.HUMAN, somebody, True, **person),
    ]
    decision_for_somebody = [
        decision[0],
        agent(judge.USER, somebody, True, **person),
        *decision[2:],
    ]
    by_consent = (judge.BALP + "CodeSystem/AuthZsubType", "AuthZ-Consent")
    both = [source, destination]
    return {
        "source": event(
            "PrivacyDisclosure.Source", "110106", "R", judge.DISCLOSE, both, BROKER, document
        ),
        "recipient": event(
            "PrivacyDisclosure.Recipient", "110107", "C", judge.DISCLOSE, both, AGENT, document
        ),
        "decision": event("AuthZconsent", "110113", "E", by_consent, decision, BROKER, consent),
        "recipient for somebody": event(
            "PrivacyDisclosure.Recipient",
            "110107",
            "C",
            judge.DISCLOSE,
            for_somebody,
            AGENT,
            document,
        ),
        "decision for somebody": event(
            "AuthZconsent", "110113", "E", by_consent, decision_for_somebody, BROKER, consent
        ),
    }


def put(*path):
    """A damage: the last of `path` is put where the others lead."""

    def damage(resource):
        *way, name, value = path
        for step in way:
            resource = resource[step]
        resource[name] = value

    return damage


def drop(*path):
    def damage(resource):
        *way, name = path
        for step in way:
            resource = resource[step]
        del resource[name]

    return damage


def add(value, *path):
    def damage(resource):
        for step in path:
            resource = resource[step]
        resource.append(value)

    return damage


STRUCTURE = {
    "no resource type": drop("resourceType"),
    "another resource": put("resourceType", "Provenance"),
    "a member FHIR does not know": put("colour", "red"),
    "no type": drop("type"),
    "no time": drop("recorded"),
    "a day instead of an instant": put("recorded", "2022-07-01"),
    "a month 13": put("recorded", "2022-13-01T12:00:00.123Z"),
    "another time zone": put("recorded", "2022-07-01T12:00:00.123+02:00"),
    "an unknown action": put("action", "X"),
    "an unknown outcome": put("outcome", "3"),
    "no agents": put("agent", []),
    "an agent without requestor": drop("agent", 0, "requestor"),
    "two requestors": lambda it: [part.update(requestor=True) for part in it["agent"]],
    "no source": drop("source"),
    "a source without observer": drop("source", "observer"),
    "an empty description": put("outcomeDesc", ""),
    "a null": put("outcomeDesc", None),
    "an id with a space": put("id", "a b"),
    "narrative": put("text", {"status": "generated", "div": "<div>Ann Other</div>"}),
    "a name": put("agent", 0, "who", "display", "Ann Other"),
    "a description of a patient": put("entity", 0, "description", "Ann Other"),
    "no tag": drop("meta", "tag"),
    "a profile nobody knows": put("meta", "profile", ["https://example.org/x"]),
    "no patient": drop("entity", 0),
    "two patients": lambda it: it["entity"].append(it["entity"][0]),
    "a patient without role": drop("entity", 0, "role"),
    "a patient that is none": put("entity", 0, "what", "type", "Practitioner"),
    "another DICOM type": put("type", "code", "110112"),
    "another code system": put("type", "system", "urn:x"),
    "no outcome": drop("outcome"),
    "no subtype": drop("subtype"),
    "an observer who is not there": put("source", "observer", {"identifier": {"value": "x"}}),
}
DISCLOSURE = {
    "another subtype": put("subtype", 0, "code", "access"),
    "no source agent": drop("agent", 0),
    "no recipient agent": drop("agent", 1),
    "no network of the source": drop("agent", 0, "network"),
    "no network of the recipient": drop("agent", 1, "network"),
    "a network of no kind": put("agent", 1, "network", "type", "9"),
    "a nameless recipient": drop("agent", 1, "who"),
    "no data": drop("entity", 1),
}
DECISION = {
    "an action that is not E": put("action", "R"),
    "a subtype of another system": add({"system": "urn:x", "code": "y"}, "subtype"),
    "no client": drop("agent", 0),
    "no user": drop("agent", 1),
    "no organisation": drop("agent", 2),
    "no authoriser": drop("agent", 3),
    "no network of the client": drop("agent", 0, "network"),
    "a network of the user": put("agent", 1, "network", NETWORK),
    "a user who did not ask": put("agent", 1, "requestor", False),
    "no consent": drop("entity", 1),
    "an entity the profile does not list": add(
        {"what": {"identifier": {"value": "1"}}, "type": {"system": "urn:x", "code": "2"}},
        "entity",
    ),
}
SOMEBODY = {
    "a person who did not begin it": lambda it: [
        part.update(requestor=False) for part in it["agent"]
    ],
    "a program with a person's name": put("agent", 0, "name", "Nora Example"),
    "a person without an identifier": lambda it: [
        part.update(who={}) for part in it["agent"] if "name" in part
    ],
}
TEXTS = {
    "nothing": ("", judge.Unreadable),
    "blank lines": ("\n\n", judge.Unreadable),
    "no JSON": ("{", judge.Unreadable),
    "a member twice": ('{"resourceType":"AuditEvent","id":"1","id":"2"}', judge.Unreadable),
    "a number": ("7", judge.Invalid),
    "an empty Bundle": (
        '{"resourceType":"Bundle","type":"collection",'
        '"timestamp":"2022-07-01T12:00:00.123Z","entry":[]}',
        (judge.Unreadable, judge.Invalid),
    ),
}


def bundle(resources, names=None):
    names = names or [f"urn:x:{place}" for place, _ in enumerate(resources)]
    entries = [{"fullUrl": name, "resource": it} for name, it in zip(names, resources)]
    return {
        "resourceType": "Bundle",
        "type": "collection",
        "timestamp": "2022-07-01T12:00:00.123Z",
        "entry": entries,
    }


def is_refused(text, kind=judge.Invalid):
    try:
        judge.judge(text)
    except kind:
        return True
    except (judge.Invalid, judge.Unreadable):
        pass
    return False


def self_test():
    valid = samples()
    resources = list(valid.values())
    accepted = {name: json.dumps(it) for name, it in valid.items()}
    accepted["lines"] = "\n".join(accepted.values()) + "\n"
    accepted["bundle"] = json.dumps(bundle(resources), indent=1)
    faults = [f"refused: a valid {name}" for name, text in accepted.items() if is_refused(text)]
    tried = 0
    for name, resource in valid.items():
        damages = {**STRUCTURE, **(DECISION if "decision" in name else DISCLOSURE)}
        if "somebody" in name:
            damages |= SOMEBODY
        for what, damage in damages.items():
            damaged = copy.deepcopy(resource)
            damage(damaged)
            tried += 1
            # A good line before it must not hide a bad one.
            lines = accepted["source"] + "\n" + json.dumps(damaged)
            if not is_refused(lines):
                faults.append(f"accepted: {name} with {what}")
    texts = {**TEXTS}
    texts["a name used twice"] = (json.dumps(bundle(resources, ["urn:x"] * 3)), judge.Invalid)
    for what, (text, kind) in texts.items():
        tried += 1
        if not is_refused(text, kind):
            faults.append(f"accepted: {what}")
    for fault in faults:
        print(fault, file=sys.stderr)
    print(f"{tried - sum(f.startswith('accepted') for f in faults)} of {tried} damages were found.")
    return 1 if faults else 0
