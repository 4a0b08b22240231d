#!/usr/bin/env python3
"""Judges AuditEvent resources: FHIR's structure, R4's required codes, and IHE BALP 1.1.4.

Reads NDJSON, or one Bundle, from a file or standard input (`-`). Looks nothing up.

    validate_audit_events.py [FILE]      0 valid, 1 invalid with line and reason, 2 unreadable
    validate_audit_events.py --self-test 0 if every damage done to valid events is found
"""

import copy
import json
import re
import sys

from fhir.resources.R4B.auditevent import AuditEvent
from fhir.resources.R4B.bundle import Bundle
from pydantic import ValidationError

DCM = "http://dicom.nema.org/resources/ontology/DCM"
HL7 = "http://terminology.hl7.org/CodeSystem/"
BALP = "https://profiles.ihe.net/ITI/BALP/"
PROFILE = BALP + "StructureDefinition/IHE.BasicAudit."
RESOURCE_TYPES = "http://hl7.org/fhir/resource-types"

PERSON = (HL7 + "audit-entity-type", "1")
PATIENT_ROLE = (HL7 + "object-role", "1")
CONSENT = (RESOURCE_TYPES, "Consent")
TOKEN = (BALP + "CodeSystem/UserAgentTypes", "UserOauthAgent")
DISCLOSE = (HL7 + "iso-21089-lifecycle", "disclose")
SOURCE, DESTINATION, APPLICATION = (DCM, "110153"), (DCM, "110152"), (DCM, "110150")
USER = (HL7 + "v3-ParticipationType", "IRCP")
HUMAN = (HL7 + "extra-security-role-type", "humanuser")
PROVIDER = (HL7 + "v3-RoleClass", "PROV")
AUTHORIZER = (HL7 + "extra-security-role-type", "authserver")
CUSTODIAN = ("http://snomed.info/sct", "159541003")
PATIENT_ADVOCATE = ("http://snomed.info/sct", "429577009")
DECISIONS = {(BALP + "CodeSystem/AuthZsubType", code) for code in ("AuthZ-Consent", "AuthZ-Role")}

INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
# The parts of an agent that AuthZconsent forbids, by slice.
FORBIDDEN = {
    APPLICATION: "role altId name location media purposeOfUse",
    USER: "altId location media network",
    PROVIDER: "role altId name location policy media network",
    AUTHORIZER: "role altId name location policy media network purposeOfUse",
}


class Invalid(Exception):
    """Says what is wrong with a resource."""


class Unreadable(Exception):
    """Says why there is nothing to judge."""


def require(condition, what):
    if not condition:
        raise Invalid(what)


def code(coding):
    return (coding or {}).get("system"), (coding or {}).get("code")


def concepts(concept):
    return [code(coding) for coding in (concept or {}).get("coding", [])]


def one_agent(event, kind, network=False):
    """The only agent of a slice; agents are sliced by type."""
    found = [agent for agent in event["agent"] if kind in concepts(agent.get("type"))]
    require(len(found) == 1, f"{len(found)} agents of type {kind[1]}, one is required")
    require(found[0].get("who"), f"the agent of type {kind[1]} has no who")
    if network:
        require(found[0].get("network"), f"the agent of type {kind[1]} has no network")
    return found[0]


def one_patient(event):
    found = [entity for entity in event.get("entity", []) if code(entity.get("type")) == PERSON]
    require(len(found) == 1, f"{len(found)} entities of type 1, one patient is required")
    require(code(found[0].get("role")) == PATIENT_ROLE, "the patient entity's role is not 1")
    require(found[0].get("what"), "the patient entity has no what")
    require(found[0]["what"].get("type", "Patient") == "Patient", "the patient is no Patient")


def pattern(event, kind, action):
    require(code(event["type"]) == (DCM, kind), f"the profile's type is {kind} of DICOM")
    require(event.get("action") == action, f"the profile's action is {action}")
    require("outcome" in event, "the profile requires an outcome")
    require("modifierExtension" not in event, "the profile forbids modifier extensions")


def observed_by(event, agent):
    require(
        agent["who"] == event["source"]["observer"],
        "the profile wants the observer to be the agent that records (val-audit-source)",
    )


def disclosure(event, kind, action, observer):
    """PrivacyDisclosure.Source and .Recipient; they differ in type, action and observer."""
    pattern(event, kind, action)
    found = [item for item in event.get("subtype", []) if code(item) == DISCLOSE]
    require(len(found) == 1, f"{len(found)} subtypes `disclose`, one is required")
    agents = {kind: one_agent(event, kind, network=True) for kind in (SOURCE, DESTINATION)}
    observed_by(event, agents[observer])
    for kind in (CUSTODIAN, PATIENT_ADVOCATE):
        if any(kind in concepts(agent.get("type")) for agent in event["agent"]):
            one_agent(event, kind)
    require(len(event.get("entity", [])) >= 2, "a patient and some data are required")
    one_patient(event)


def disclosure_source(event):
    disclosure(event, "110106", "R", SOURCE)


def disclosure_recipient(event):
    disclosure(event, "110107", "C", DESTINATION)


def consent_decision(event):
    pattern(event, "110113", "E")
    require(event.get("subtype"), "the profile requires a subtype")
    for subtype in event["subtype"]:
        require(code(subtype) in DECISIONS, "a subtype is not of AuthZsubType")
    agents = {kind: one_agent(event, kind, network=kind == APPLICATION) for kind in FORBIDDEN}
    for kind, parts in FORBIDDEN.items():
        for part in parts.split():
            require(part not in agents[kind], f"the agent of type {kind[1]} has a {part}")
    require(agents[USER].get("requestor") is True, "the user is not the requestor")
    for kind in (PROVIDER, AUTHORIZER):
        require(agents[kind].get("requestor") is False, f"{kind[1]} is the requestor")
    observed_by(event, agents[AUTHORIZER])
    one_patient(event)
    kinds = [code(entity.get("type")) for entity in event["entity"]]
    require(CONSENT in kinds, "no entity is a Consent")
    require(set(kinds) <= {PERSON, CONSENT, TOKEN}, "an entity is not one the profile lists")
    require(kinds.count(TOKEN) <= 1, "more than one entity is a token")
    for entity in event["entity"]:
        require(entity.get("what"), "an entity has no what")


PROFILES = {
    PROFILE + "PrivacyDisclosure.Source": disclosure_source,
    PROFILE + "PrivacyDisclosure.Recipient": disclosure_recipient,
    PROFILE + "AuthZconsent": consent_decision,
}


def validate_codes(event):
    """What R4 requires and the pydantic models leave open: codes, cardinalities, invariants."""
    require(code(event["type"])[0] and code(event["type"])[1], "the type has no system or code")
    require(event.get("action", "E") in set("CRUDE"), "the action is not one of C R U D E")
    require(event.get("outcome", "0") in {"0", "4", "8", "12"}, "the outcome is not 0, 4, 8 or 12")
    require(INSTANT.fullmatch(event["recorded"]), "recorded is not UTC with milliseconds")
    require(event["agent"], "there is no agent")
    require(
        sum(agent["requestor"] for agent in event["agent"]) <= 1, "there are several requestors"
    )
    for agent in event["agent"]:
        network = agent.get("network", {})
        require(network.get("type", "5") in set("12345"), "a network type is not one of 1 to 5")
    for entity in event.get("entity", []):
        require(not ("name" in entity and "query" in entity), "an entity has name and query (sev-1)")


def validate_style(event):
    """What this product promises: pseudonyms, a tag, and no text but the outcome's."""
    tags = event.get("meta", {}).get("tag", [])
    require(
        [tag.get("system") for tag in tags] == ["urn:careloop:audit-event"],
        "the tag is not one of urn:careloop:audit-event",
    )
    require("text" not in event and "contained" not in event, "there is text or contained data")
    for agent in event["agent"]:
        kinds = concepts(agent.get("type"))
        # Only on whose behalf something was done has a name, and it was they who began it.
        if HUMAN in kinds or "name" in agent or "role" in agent:
            require(HUMAN in kinds or USER in kinds, "a program has a person's name or role")
            require(agent.get("requestor") is True, "a person did not begin it")
    for part in event["agent"] + event.get("entity", []):
        reference = part.get("who", part.get("what", {}))
        require("display" not in reference, "a reference shows a name")
        require("altId" not in part and "description" not in part, "a part has free text")


def empties(value, path="AuditEvent"):
    """FHIR has no empty objects, lists or strings."""
    require(value not in ({}, [], "", None), f"{path} is empty")
    items = value.items() if isinstance(value, dict) else []
    items = enumerate(value) if isinstance(value, list) else items
    for name, item in items:
        empties(item, f"{path}.{name}")


def validate(event):
    """Raises Invalid unless `event` is an AuditEvent that keeps the profiles it claims."""
    require(isinstance(event, dict), "it is not an object")
    require(event.get("resourceType") == "AuditEvent", "it is not an AuditEvent")
    empties(event)
    try:
        AuditEvent.model_validate_json(json.dumps(event))
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise Invalid(f"{place}: {first['msg']}") from None
    validate_codes(event)
    validate_style(event)
    for profile in event.get("meta", {}).get("profile", []):
        require(profile in PROFILES, f"the profile {profile} is not one this program knows")
        PROFILES[profile](event)


def validate_bundle(bundle):
    """The events of a collection, each under a name of its own (bdl-7)."""
    try:
        Bundle.model_validate_json(json.dumps({**bundle, "entry": []}))
    except ValidationError as error:
        raise Invalid(f"Bundle: {error.errors()[0]['msg']}") from None
    require(bundle.get("type") == "collection", "the Bundle is no collection")
    require(INSTANT.fullmatch(bundle.get("timestamp", "")), "the Bundle has no timestamp in UTC")
    entries = bundle.get("entry", [])
    names = [entry.get("fullUrl") for entry in entries]
    require(all(names) and len(set(names)) == len(names), "a fullUrl is missing or used twice")
    return [(f"entry {place}", entry.get("resource")) for place, entry in enumerate(entries, 1)]


def parse(text):
    """JSON in which no member stands twice."""

    def members(pairs):
        if len({name for name, _ in pairs}) < len(pairs):
            raise ValueError("a member stands twice")
        return dict(pairs)

    return json.loads(text, object_pairs_hook=members)


def read(text):
    """The events with their places; a Bundle may be spread over lines."""
    lines = [(number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip()]
    if not lines:
        raise Unreadable("there is nothing to validate")
    try:
        whole = parse(text)
    except ValueError:
        whole = None
    if isinstance(whole, dict) and whole.get("resourceType") == "Bundle":
        return validate_bundle(whole)
    if whole is not None:
        return [("line 1", whole)]
    events = []
    for number, line in lines:
        try:
            events.append((f"line {number}", parse(line)))
        except ValueError as error:
            raise Unreadable(f"line {number} is not JSON: {error}") from None
    return events


def judge(text):
    """The number of valid events; raises Invalid with the places of all that are not."""
    events = read(text)
    if not events:
        raise Unreadable("there is nothing to validate")
    faults = []
    for place, event in events:
        try:
            validate(event)
        except Invalid as fault:
            faults.append(f"{place}: {fault}")
    if faults:
        raise Invalid("\n".join(faults))
    return len(events)


def main(arguments):
    if arguments == ["--self-test"]:
        from self_test import self_test

        return self_test()
    if len(arguments) > 1:
        print(__doc__, file=sys.stderr)
        return 2
    try:
        if arguments and arguments[0] != "-":
            with open(arguments[0], encoding="utf-8") as file:
                text = file.read()
        else:
            text = sys.stdin.buffer.read().decode()
        print(f"{judge(text)} audit events are valid.")
        return 0
    except Invalid as faults:
        print(faults, file=sys.stderr)
        return 1
    except (Unreadable, OSError, UnicodeDecodeError) as reason:
        print(f"unreadable: {reason}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
