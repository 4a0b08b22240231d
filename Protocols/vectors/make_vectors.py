#!/usr/bin/env python3
"""Writes the golden frames of CLP/1 from the .proto files alone.

A second opinion on the Swift code: nothing here is shared with it. Needs protoc and the Python
packages protobuf and cryptography. All people and organisations are made up.
"""

import base64
import hashlib
import importlib
import json
import pathlib
import subprocess
import sys
import tempfile

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from google.protobuf import json_format

HERE = pathlib.Path(__file__).resolve().parent
PROTOCOLS = HERE.parent

with tempfile.TemporaryDirectory() as folder:
    proto = "careloop/v1/frames.proto"
    subprocess.run(
        ["protoc", f"--proto_path={PROTOCOLS}", f"--python_out={folder}", proto], check=True
    )
    sys.path.insert(0, folder)
    wire = importlib.import_module("careloop.v1.frames_pb2")

START = 1_767_225_600_000  # 2026-01-01T00:00:00Z
MINUTE, DAY = 60_000, 86_400_000


def uuid(text):
    return bytes.fromhex(text.replace("-", ""))


def number(referral_id):
    """The referral number: the last 55 bits and a check character (CLP-1, section 5)."""
    alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    value = int.from_bytes(referral_id, "big") & (2**55 - 1)
    digits = [value >> shift & 31 for shift in range(50, -1, -5)]
    check = 0
    for digit in digits:
        check = (check ^ digit) << 1
        check = check ^ 0x25 if check & 0x20 else check
    text = "".join(alphabet[digit] for digit in digits + [check])
    return f"R-{text[:4]}-{text[4:8]}-{text[8:]}"


REFERRAL = uuid("019b76da-a800-7c3e-9b52-6f41d20e8a73")
NEXT_LEG = uuid("019b76fc-3c00-7a11-8c04-55d0a1b2c3d4")
CONSENT = uuid("019b76d0-0000-7d01-a6f0-0102030405a7")
GLASS = uuid("019b76ec-0d00-7b1a-8955-0a0b0c0d0e0f")
REQUEST_ID = uuid("019b76da-a801-7b2c-8d3e-4f5061728394")
ACCEPT_ID = uuid("019b76e3-cfc0-7111-9222-333344445555")
OTHER_ID = uuid("019b76e8-6380-7abc-8def-0123456789ab")
REPORT_ID = uuid("019b90af-9000-7fed-8cba-987654321000")
NOTICE_ID = uuid("019b76ec-0d05-7ace-9abc-aabbccddeeff")
INSTANCE = bytes(range(16))
SESSION = uuid("019b76da-9c48-7001-8002-000000000003")
NUMBER, NEXT_NUMBER = number(REFERRAL), number(NEXT_LEG)
PERSON = wire.Person(
    identifier=wire.BusinessIdentifier(system="urn:example:staff", value="S-117"),
    name="Nora Example", role="nurse",
)
PATIENT = wire.BusinessIdentifier(system="urn:example:mrn", value="TEST-0042")

DOCUMENT = json.dumps(
    {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [
            {
                "fullUrl": "urn:uuid:00000000-0000-4000-8000-000000000001",
                "resource": {
                    "resourceType": "Patient",
                    "identifier": [{"system": PATIENT.system, "value": PATIENT.value}],
                },
            },
            {
                "fullUrl": "urn:uuid:00000000-0000-4000-8000-000000000002",
                "resource": {
                    "resourceType": "ServiceRequest",
                    "status": "active",
                    "intent": "order",
                    "subject": {"reference": "urn:uuid:00000000-0000-4000-8000-000000000001"},
                },
            },
        ],
    },
    separators=(",", ":"),
).encode()
COPY = json.dumps(
    {
        "resourceType": "Bundle",
        "meta": {
            "security": [
                {
                    "system": "http://terminology.hl7.org/CodeSystem/v3-ObservationValue",
                    "code": "REDACTED",
                }
            ]
        },
        **{name: value for name, value in json.loads(DOCUMENT).items() if name != "resourceType"},
    },
    separators=(",", ":"),
).encode()
DIRECTIVE = json.dumps(
    {
        "resourceType": "Consent",
        "status": "active",
        "scope": {
            "coding": [
                {
                    "system": "http://terminology.hl7.org/CodeSystem/consentscope",
                    "code": "patient-privacy",
                }
            ]
        },
        "category": [
            {
                "coding": [
                    {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "INFA"}
                ]
            }
        ],
        "patient": {"identifier": {"system": PATIENT.system, "value": PATIENT.value}},
        "dateTime": "2025-12-31",
        "provision": {"type": "permit"},
    },
    separators=(",", ":"),
).encode()

FHIR = "application/fhir+json"
WORDS = "Unconscious after a fall, no relatives; need to know what she takes."


class Notary:
    """Signs notes as c2sp.org/signed-note says."""

    def __init__(self, seed):
        self.key = Ed25519PrivateKey.from_private_bytes(seed)
        public = self.key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        self.name = f"careloop/{hashlib.sha256(public).hexdigest()[:16]}"
        typed = b"\x01" + public
        self.id = hashlib.sha256(self.name.encode() + b"\n" + typed).digest()[:4]
        self.verifier = f"{self.name}+{self.id.hex()}+{base64.b64encode(typed).decode()}"

    def sign(self, text):
        signature = base64.b64encode(self.id + self.key.sign(text.encode())).decode()
        return f"{text}\n\N{EM DASH} {self.name} {signature}\n"


NOTARY = Notary(bytes(range(0x60, 0x80)))


def statement(version, epoch, action, document):
    """What the broker attests of a directive (CLP-1, section 11)."""
    digest = f"sha256:{hashlib.sha256(document).hexdigest()}" if document else "-"
    return (
        "careloop consent receipt 1\n"
        "consent 019b76d0-0000-7d01-a6f0-0102030405a7\n"
        f"version {version}\nepoch {epoch}\naction {action}\nat {START + 7}\n"
        f"agent dr-ann\norganisation practice\ndocument {digest}\n"
    )


cases = {}  # folder, verb -> cases


def add(folder, verb, name, message, payload=None, **more):
    frames = [message.SerializeToString(deterministic=True)] + ([payload] if payload else [])
    cases.setdefault((folder, verb), []).append(
        {
            "name": name,
            "message": message.DESCRIPTOR.name,
            "decoded": json_format.MessageToDict(message, preserving_proto_field_name=True),
            "frames": [frame.hex() for frame in frames],
            **more,
        }
    )


def verb_of(body):
    return body.DESCRIPTOR.name


def agent(field, body, name, request=0, payload=None, acting_for=None):
    frame = wire.AgentFrame(version=1, request=request, acting_for=acting_for)
    getattr(frame, field).CopyFrom(body)
    getattr(frame, field).SetInParent()
    add("agent", verb_of(body), name, frame, payload)


def broker(field, body, name, request=0, payload=None, **more):
    frame = wire.BrokerFrame(version=1, request=request)
    getattr(frame, field).CopyFrom(body)
    getattr(frame, field).SetInParent()
    add("broker", verb_of(body), name, frame, payload, **more)


def submit(name, request, payload=None, **fields):
    agent("submit", wire.Submit(**fields), name, request, payload)


def query(name, request, limit=0, cursor="", **question):
    agent("query", wire.Query(limit=limit, cursor=cursor, **question), name, request)


def administer(name, request, **command):
    agent("administer", wire.Administer(**command), name, request)


def say_as_agent():
    hello = wire.Hello(
        agent="dr-ann", instance=INSTANCE, versions=[1], capabilities=["displayed"],
        program="example-agent 0.1",
    )
    agent("hello", hello, "opens a session", 1)
    submit(
        "refers a patient", 2, DOCUMENT, message_id=REQUEST_ID, kind="request",
        referral_id=REFERRAL, patient=PATIENT, to="service:cardiology",
        reply_to="service:front-desk", priority="urgent", reason="assessment",
        expires_at_ms=START + 5 * DAY, payload_type=FHIR,
    )
    submit(
        "accepts, without a document", 3, message_id=ACCEPT_ID, kind="accept",
        referral_id=REFERRAL, expected_version=2, due_at_ms=START + 14 * DAY,
    )
    submit(
        "books a visit", 4, message_id=OTHER_ID, kind="schedule", referral_id=REFERRAL,
        expected_version=3, appointment_start_ms=START + 7 * DAY,
        appointment_end_ms=START + 7 * DAY + 30 * MINUTE,
    )
    submit(
        "pauses, as a coordinator of the recipient", 5, message_id=OTHER_ID,
        kind="hold", referral_id=REFERRAL, expected_version=3, reason="awaiting-test",
        on_behalf_of="recipient",
    )
    submit(
        "asks a question that blocks", 6, message_id=OTHER_ID, kind="ask", referral_id=REFERRAL,
        expected_version=3, reason="imaging", due_at_ms=START + 3 * DAY, blocking=True,
    )
    submit(
        "passes the referral on", 7, message_id=OTHER_ID, kind="redirect", referral_id=REFERRAL,
        expected_version=2, reason="wrong-service", to="service:neurology",
        other_leg_id=NEXT_LEG,
    )
    submit(
        "refers again, and means a second open referral", 8, DOCUMENT, message_id=OTHER_ID,
        kind="request", referral_id=NEXT_LEG, patient=PATIENT, to="service:cardiology",
        priority="routine", reason="second-opinion", other_leg_id=REFERRAL,
        allow_duplicate=True,
    )
    submit(
        "records a directive", 9, DIRECTIVE, message_id=OTHER_ID, kind="consent-put",
        patient=PATIENT, consent_id=CONSENT, payload_type=FHIR,
    )
    submit(
        "withdraws a directive", 10, message_id=OTHER_ID, kind="consent-revoke",
        patient=PATIENT, consent_id=CONSENT,
    )
    submit("replays a dead letter", 11, message_id=OTHER_ID, kind="replay", delivery_id=17)
    submit(
        "breaks the glass", 14, message_id=GLASS, kind="break-glass", patient=PATIENT,
        words=WORDS,
    )
    submit(
        "ends that", 15, message_id=OTHER_ID, kind="break-glass-end", break_glass_id=GLASS
    )
    submit(
        "judges that", 16, message_id=OTHER_ID, kind="break-glass-review",
        break_glass_id=GLASS, finding="justified",
    )
    agent(
        "submit",
        wire.Submit(
            message_id=ACCEPT_ID, kind="accept", referral_id=REFERRAL, expected_version=2
        ),
        "accepts on behalf of a person", 17, acting_for=PERSON,
    )
    agent("credit", wire.Credit(messages=64, bytes=16 << 20), "allows 64 deliveries", 12)
    agent("credit", wire.Credit(messages=1, bytes=1 << 20, drain=True), "wants to drain", 13)
    agent("ack", wire.Ack(delivery_id=1, fence=1), "has stored a delivery")
    agent("ack", wire.Ack(delivery_id=1, fence=1, displayed=True), "a person has opened it")
    agent(
        "ack", wire.Ack(delivery_id=1, fence=1, displayed=True), "a person it names has opened it",
        acting_for=wire.Person(identifier=PERSON.identifier),
    )
    agent("refuse", wire.Refuse(delivery_id=1, fence=1, reason="unreadable"), "will not have it")
    agent(
        "defer", wire.Defer(delivery_id=1, fence=1, not_before_ms=START + MINUTE), "later, please"
    )
    agent("extend", wire.Extend(delivery_id=1, fence=1), "needs more time")
    agent("subscribe", wire.Subscribe(stream="organisation:practice"), "follows its board", 20)
    agent(
        "fetch", wire.Fetch(stream="organisation:practice", epoch=1, **{"from": 3, "to": 5}),
        "fetches three events", 21,
    )
    agent("snapshot", wire.SnapshotRequest(stream="organisation:practice"), "is reserved", 22)
    agent("ping", wire.Ping(), "is there", 23)
    agent("pong", wire.Pong(), "is there, as asked")
    agent("bye", wire.Bye(reason="shutdown"), "goes")


def ask_as_agent():
    query("open referrals", 30, limit=50, worklist=wire.WorklistQuestion(list="open"))
    query(
        "the next page of an inbox", 31, limit=50, cursor="c2", worklist=wire.WorklistQuestion(
            list="inbox", mailbox="service:cardiology"
        ),
    )
    query("one referral by id", 32, referral=wire.ReferralQuestion(referral_id=REFERRAL))
    query("one referral by number", 33, referral=wire.ReferralQuestion(number=NUMBER))
    query("the trail of a message", 34, trail=wire.TrailQuestion(message_id=REQUEST_ID))
    query("the trail of a referral", 35, trail=wire.TrailQuestion(referral_id=REFERRAL))
    query("a document again", 36, content=wire.ContentQuestion(message_id=REQUEST_ID))
    query("part of the directory", 37, directory=wire.DirectoryQuestion(text="cardio"))
    query("a patient's directives", 38, consents=wire.ConsentListQuestion(patient=PATIENT))
    query(
        "what consent would say", 39, consent_check=wire.ConsentCheckQuestion(
            patient=PATIENT, to="service:cardiology"
        ),
    )
    query("dead letters", 40, dead_letters=wire.DeadLetterQuestion())
    query("a directive in full", 41, consent=wire.ConsentQuestion(consent_id=CONSENT))
    query("a patient's history", 42, limit=20, timeline=wire.TimelineQuestion(patient=PATIENT))
    query(
        "the next page of a history", 43, limit=20, cursor="t7",
        timeline=wire.TimelineQuestion(patient=PATIENT),
    )
    query("who has seen a patient's data", 44, disclosures=wire.DisclosureQuestion(patient=PATIENT))
    query("overrides of consent", 45, break_glasses=wire.BreakGlassQuestion())
    agent(
        "query", wire.Query(timeline=wire.TimelineQuestion(patient=PATIENT)),
        "a patient's history, on behalf of a person", 46, acting_for=PERSON,
    )


def operate():
    administer(
        "enrols an organisation", 50, enrol_organisation=wire.EnrolOrganisation(
            id="practice", name="Example Practice",
            identifiers=[wire.BusinessIdentifier(system="urn:example:org", value="P-1")],
        ),
    )
    administer(
        "enrols a service", 51, enrol_service=wire.EnrolService(
            id="cardiology", organisation="clinic", name="Cardiology"
        ),
    )
    administer(
        "enrols an agent", 52, enrol_agent=wire.EnrolAgent(
            id="dr-ann", organisation="practice", name="Ann Example",
            public_key="Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hID", roles=["referrer"],
            services=["front-desk"],
        ),
    )
    administer("revokes an agent", 53, revoke_agent=wire.RevokeAgent(id="dr-ann"))
    administer("lists everybody", 54, list_directory=wire.ListDirectory())
    administer("asks how it is", 55, status=wire.Status())
    administer("stops the broker", 56, stop=wire.Stop())
    administer("takes a new master key", 57, rotate_keys=wire.RotateKeys())
    administer(
        "wants a patient's key destroyed", 58,
        shred_patient=wire.ShredPatient(patient=PATIENT, operator="uma"),
    )
    administer(
        "is sure of it", 59,
        shred_patient=wire.ShredPatient(patient=PATIENT, operator="uma", sure=True),
    )


def envelope(document=DOCUMENT, **more):
    return wire.Envelope(
        message_id=REQUEST_ID, kind="request", accepted_at_ms=START + 5, from_agent="dr-ann",
        from_organisation="practice", referral_id=REFERRAL, referral_number=NUMBER,
        state="requested", referral_version=1, priority="urgent", reason="assessment",
        expires_at_ms=START + 5 * DAY, acting_as="initiator", payload_type=FHIR, patient=PATIENT,
        payload_sha256=hashlib.sha256(document).digest(), initiator="practice",
        recipient="clinic", to="service:cardiology", reply_to="service:front-desk", **more,
    )


def answer_receipts():
    accepted = wire.ReceiptItem(
        message_id=REQUEST_ID, outcome="accepted", referral_id=REFERRAL, referral_number=NUMBER,
        state="requested", referral_version=1,
    )
    repeated = wire.ReceiptItem()
    repeated.CopyFrom(accepted)
    repeated.duplicate = True
    illegal = wire.ReceiptItem(
        message_id=OTHER_ID, outcome="refused", referral_id=REFERRAL, referral_number=NUMBER,
        refusal=wire.Refusal(
            code="illegal-move", category="sender",
            message=f"{NUMBER} is requested. You can: accept, decline, fail.", state="requested",
            referral_version=1, allowed_moves=["accept", "decline", "fail"],
        ),
    )
    busy = wire.ReceiptItem(
        message_id=OTHER_ID, outcome="refused", refusal=wire.Refusal(
            code="busy", category="broker",
            message="The broker cannot take it now. It will be sent again by itself.",
            retriable=True, retry_after_ms=30_000,
        ),
    )
    consent = wire.ReceiptItem(message_id=OTHER_ID, outcome="accepted", consent_id=CONSENT)
    replayed = wire.ReceiptItem(message_id=OTHER_ID, outcome="accepted", delivery_id=18)
    broker("receipt", wire.Receipt(items=[accepted]), "one accepted")
    broker("receipt", wire.Receipt(items=[repeated, illegal]), "one again, one refused")
    broker("receipt", wire.Receipt(items=[busy]), "not now")
    broker("receipt", wire.Receipt(items=[consent, replayed]), "a directive and a replay")
    for epoch, action, document in [(1, "recorded", DIRECTIVE), (2, "withdrawn", None)]:
        attested = statement(1, epoch, action, document)
        consent.consent_receipt = NOTARY.sign(attested)
        broker(
            "receipt", wire.Receipt(items=[consent]), f"a directive {action}, signed",
            statement=attested, verifier=NOTARY.verifier,
        )
    glass = wire.ReceiptItem(message_id=GLASS, outcome="accepted", break_glass_id=GLASS)
    broker("receipt", wire.Receipt(items=[glass]), "the glass is broken")


def answer_session():
    welcome = wire.Welcome(
        session=SESSION, version=1, heartbeat_ms=5_000, payload_bytes_max=8 << 20,
        credit_max=1_024, lease_ms=30_000, now_ms=START, organisation="practice",
        roles=["referrer"], mailboxes=["agent:dr-ann", "service:front-desk"],
        heads=[
            wire.StreamHead(stream="agent:dr-ann", epoch=1),
            wire.StreamHead(stream="organisation:practice", epoch=1, head=2),
        ],
        program="careloopd 0.1", events_endpoint="tcp://broker.example:7702",
    )
    broker("welcome", welcome, "opens a session", 1)
    broker("resync", wire.Resync(), "say hello again", 12)
    broker("ping", wire.Ping(), "are you there?")
    broker("pong", wire.Pong(), "is there, as asked", 23)
    revoked = "This agent was revoked. Ask the broker's operator."
    refusal = wire.Refusal(code="revoked", category="sender", message=revoked)
    broker("bye", wire.Bye(reason=revoked, refusal=refusal), "over")
    broker(
        "error", wire.ErrorReport(
            refusal=wire.Refusal(
                code="unsupported-verb", category="sender",
                message="This broker does not know the verb. Update the broker or do without.",
            )
        ), "a verb it does not know", 22,
    )
    broker(
        "error", wire.ErrorReport(
            refusal=wire.Refusal(
                code="unknown-delivery", category="sender",
                message="No such delivery among those you may see.",
            ), delivery_id=7, request=9,
        ), "a delivery it does not know",
    )


def answer_deliveries():
    deliver = wire.Deliver(
        delivery_id=1, fence=1, attempt=1, lease_ms=30_000, mailbox="service:cardiology",
        envelope=envelope(),
    )
    broker("deliver", deliver, "a referral with its document", 0, DOCUMENT)
    deliver.fence, deliver.attempt, deliver.redelivered = 2, 2, True
    broker("deliver", deliver, "the same again under a new lease", 0, DOCUMENT)
    report = wire.Envelope(
        message_id=REPORT_ID, kind="report", accepted_at_ms=START + 5 * DAY,
        referral_id=REFERRAL, referral_number=NUMBER, state="expired", referral_version=2,
        expires_at_ms=START + 371 * DAY, report=wire.DeliveryReport(
            message_id=REQUEST_ID, mailbox="service:cardiology", state="expired",
            code="not-collected",
        ),
    )
    broker(
        "deliver", wire.Deliver(
            delivery_id=2, fence=1, attempt=1, lease_ms=30_000, mailbox="agent:dr-ann",
            envelope=report,
        ), "a report, without a document",
    )
    deliver = wire.Deliver(
        delivery_id=3, fence=1, attempt=1, lease_ms=30_000, mailbox="service:cardiology",
        envelope=envelope(COPY, redacted=True),
    )
    broker("deliver", deliver, "a copy that admits what was done to it", 0, COPY)
    deliver.envelope.CopyFrom(envelope(COPY))
    broker("deliver", deliver, "a copy that does not", 0, COPY)
    notice = wire.Envelope(
        message_id=NOTICE_ID, kind="break-glass-notice", accepted_at_ms=START + 20 * MINUTE,
        expires_at_ms=START + 366 * DAY, patient=PATIENT, break_glass_id=GLASS,
    )
    broker(
        "deliver", wire.Deliver(
            delivery_id=4, fence=1, attempt=1, lease_ms=30_000, mailbox="agent:dr-ann",
            envelope=notice,
        ), "a notice that somebody has broken the glass",
    )
    broker("recall", wire.Recall(delivery_id=3, fence=1), "the copy must not be kept")
    broker("settled", wire.Settled(delivery_id=1, state="acknowledged"), "it counts")
    broker("stale_lease", wire.StaleLease(delivery_id=1, fence=2), "somebody else has it")
    broker("drained", wire.Drained(), "nothing left", 13)


def answer_questions():
    referral = wire.Referral(
        referral_id=REFERRAL, number=NUMBER, state="accepted", version=3, priority="urgent",
        reason="assessment", initiator="practice", recipient="clinic", to="service:cardiology",
        reply_to="service:front-desk", assignee="dr-bob", requested_at_ms=START + 5,
        updated_at_ms=START + 10 * MINUTE, due_at_ms=START + 14 * DAY, waits_for="recipient",
        worklist="accepted, not booked", allowed_moves=["cancel"],
    )
    message = wire.MessageEntry(
        message_id=REQUEST_ID, kind="request", accepted_at_ms=START + 5, from_agent="dr-ann",
        from_organisation="practice", state="requested", referral_version=1,
        reason="assessment", payload_bytes=len(DOCUMENT),
    )
    trail = wire.TrailEntry(
        message_id=REQUEST_ID, kind="request", delivery_id=1, mailbox="service:cardiology",
        state="displayed", attempts=1, queued_at_ms=START + 5, sent_at_ms=START + 6,
        settled_at_ms=START + 20, displayed_at_ms=START + 5 * MINUTE, agent="dr-bob",
        referral_id=REFERRAL, referral_number=NUMBER,
    )
    entry = wire.DirectoryEntry(
        mailbox="service:cardiology", name="Cardiology", organisation="clinic",
        organisation_name="Example Clinic", active=True,
    )
    consent = wire.ConsentEntry(
        consent_id=CONSENT, version=1, status="active", recorded_at_ms=START - DAY,
        recorded_by="dr-ann", organisation="practice",
    )
    reason = wire.ConsentReason(
        consent_id=CONSENT, version=1, applies=True, effect="permit", cause="rule",
        path="provision", met=["recipient", "purpose"],
        text="Directive 019b76d0-0000-7d01-a6f0-0102030405a7 version 1 permits at provision, "
        "because the recipient and purpose fit.",
    )
    decision = wire.ConsentDecision(
        decision="permit", effective="permit",
        rule=f"Permitted by the patient's directives. {reason.text}",
        basis=["019b76d0-0000-7d01-a6f0-0102030405a7 version 1"], reasons=[reason],
        break_glass="permit",
    )
    broker("result", wire.Result(cursor="c2", referrals=[referral]), "a page of a worklist", 30)
    broker("result", wire.Result(referrals=[referral], messages=[message]), "one referral", 32)
    broker("result", wire.Result(trail=[trail]), "a trail", 34)
    broker("result", wire.Result(content=envelope()), "a document again", 36, DOCUMENT)
    broker("result", wire.Result(directory=[entry]), "part of the directory", 37)
    broker("result", wire.Result(consents=[consent]), "a patient's directives", 38)
    broker("result", wire.Result(decision=decision), "what consent would say", 39)
    broker("result", wire.Result(), "nothing", 40)
    broker("administered", wire.Administered(outcome="done", directory=[entry]), "a list", 54)


def refuse_consent():
    name = "019b76d0-0000-7d01-a6f0-0102030405a7"
    reason = wire.ConsentReason(
        consent_id=CONSENT, version=2, cause="conditions", path="provision",
        failed=["recipient", "purpose"],
        text=f"Directive {name} version 2 does not apply: provision is for another recipient and "
        "purpose.",
    )
    foreign = wire.ConsentReason(
        cause="cannot-tell", path="provision", unresolved=["recipient"],
        text="Directive paper-17 version a cannot be applied: the recipient at provision cannot be "
        "compared.",
    )
    nothing = wire.ConsentDecision(
        decision="no-consent", effective="deny",
        rule="No directive speaks about this; the implicit policy deny refuses it. "
        f"{reason.text}",
        reasons=[reason], remedies=[
            "If the patient agrees to this, record that with `careloop consent put`.",
            f"Directive {name} version 2 is for another recipient and purpose and does not count "
            "here. If the patient wants it to permit this, have a version recorded that names "
            "this recipient and names this purpose.",
            "Where patients have said nothing, this broker goes by its policy deny. Only its "
            "operator can change that.",
        ], break_glass="deny",
    )
    held = wire.ConsentDecision(
        decision="indeterminate", effective="hold",
        rule="Held: whether a directive applies cannot be told, an operator must look. "
        f"{foreign.text}",
        basis=["paper-17 version a"], reasons=[foreign], remedies=[
            "What Directive paper-17 version a says of this cannot be told: the recipient (see "
            "provision) cannot be compared. Have a version recorded that names the recipient as "
            "`careloop directory` does.",
        ], break_glass="hold",
    )
    broker("result", wire.Result(decision=nothing), "what would change a refusal", 39)
    broker("result", wire.Result(decision=held), "what would end a doubt", 39)


def answer_about_patients():
    versions = [
        wire.ConsentEntry(
            consent_id=CONSENT, version=1, status="replaced", recorded_at_ms=START - 2 * DAY,
            recorded_by="dr-ann", organisation="practice",
        ),
        wire.ConsentEntry(
            consent_id=CONSENT, version=2, status="revoked", recorded_at_ms=START - DAY,
            revoked_at_ms=START, recorded_by="dr-bob", organisation="practice",
        ),
    ]
    history = [
        wire.TimelineEntry(envelope=envelope(), payload_bytes=len(DOCUMENT)),
        wire.TimelineEntry(
            envelope=envelope(COPY, redacted=True), payload_bytes=len(COPY)
        ),
    ]
    disclosures = [
        wire.Disclosure(
            sequence=12, event="disclosure-sent", at_ms=START + 6, agent="dr-bob",
            organisation="clinic", recipient="service:cardiology", outcome="permit",
            rule="Permitted by the patient's directives.", purpose="COC", consent_epoch=1,
            message_id=REQUEST_ID, kind="request", from_organisation="practice",
            referral_number=NUMBER,
        ),
        wire.Disclosure(
            sequence=31, event="break-glass-started", at_ms=START + 20 * MINUTE, agent="dr-bob",
            organisation="clinic", outcome="started", purpose="BTG", consent_epoch=1,
        ),
        wire.Disclosure(
            sequence=32, event="accounting-read", at_ms=START + 30 * MINUTE, agent="dr-ann",
            organisation="practice", outcome="permit", acting_for=PERSON,
        ),
    ]
    glasses = [
        wire.BreakGlassEntry(
            break_glass_id=GLASS, patient=PATIENT, agent="dr-bob", organisation="clinic",
            words=WORDS, started_at_ms=START + 20 * MINUTE, ends_at_ms=START + 260 * MINUTE,
        ),
        wire.BreakGlassEntry(
            break_glass_id=GLASS, patient=PATIENT, agent="dr-bob", organisation="clinic",
            words=WORDS, started_at_ms=START + 20 * MINUTE, ends_at_ms=START + 260 * MINUTE,
            ended_at_ms=START + 50 * MINUTE, reviewer="dr-ann", reviewer_organisation="practice",
            reviewed_at_ms=START + DAY, finding="justified",
        ),
    ]
    broker("result", wire.Result(consents=versions), "a directive in full", 41, DIRECTIVE)
    broker(
        "result", wire.Result(cursor="t7", timeline=history, partial=True), "a patient's history",
        42, DOCUMENT + COPY,
    )
    broker(
        "result", wire.Result(disclosures=disclosures), "who has seen a patient's data", 44
    )
    broker("result", wire.Result(break_glasses=glasses), "overrides of consent", 45)


def answer_operators():
    status = wire.BrokerStatus(
        sessions=2, messages=12, queued=1, leased=1, dead_letters=4, kept_back=3,
        keys_to_rewrap=5, audit_events=98, oldest_queued_at_ms=START - DAY,
        metrics=[
            wire.Metric(
                name="commit-us",
                spread=wire.Spread(count=40, median=310, p90=820, p99=1500, max=2200),
            ),
            wire.Metric(name="refusals", label="busy", count=3),
            wire.Metric(name="sessions", level=2),
        ],
    )
    broker("administered", wire.Administered(outcome="done", status=status), "how it is", 55)
    broker("administered", wire.Administered(outcome="done"), "done", 57)
    broker(
        "administered", wire.Administered(
            outcome="awaits-second", awaits_second_until_ms=START + DAY
        ), "somebody else must ask the same", 58,
    )
    unknown = wire.Refusal(
        code="unknown-patient", category="sender",
        message="No such patient among those you may see.",
    )
    broker("administered", wire.Administered(outcome="refused", refusal=unknown), "not done", 59)


TOKEN, KEY, EPOCH = bytes(range(0xA0, 0xB0)), bytes(range(0x40, 0x60)), 1


def event(state, version, move, sequence):
    return wire.Event(
        kind="referral", at_ms=START + sequence * MINUTE, referral_id=REFERRAL,
        referral_number=NUMBER, state=state, referral_version=version, priority="urgent",
        initiator="practice", recipient="clinic", to="service:cardiology", move=move,
        waits_for="recipient",
    )


def seal(sequence, plaintext):
    place = EPOCH.to_bytes(4, "big") + sequence.to_bytes(8, "big")
    return ChaCha20Poly1305(KEY).encrypt(place, plaintext, TOKEN + place)


def publish():
    first, second = event("requested", 1, "request", 1), event("received", 2, "receive", 2)
    broker(
        "topic", wire.Topic(
            stream="organisation:practice", token=TOKEN, key=KEY, epoch=EPOCH, head=2
        ), "where a stream is", 20,
    )
    broker(
        "events", wire.Events(
            stream="organisation:practice", epoch=EPOCH, head=2, events=[
                wire.SequencedEvent(sequence=1, event=first),
                wire.SequencedEvent(sequence=2, event=second),
            ],
        ), "missed events", 21,
    )
    broker(
        "snapshot", wire.Snapshot(stream="organisation:practice", epoch=EPOCH, head=2),
        "is reserved", 22,
    )
    for sequence, body in [(1, first), (2, second)]:
        plaintext = body.SerializeToString(deterministic=True)
        frame = wire.EventFrame(
            version=1, epoch=EPOCH, sequence=sequence, sealed=seal(sequence, plaintext)
        )
        add(
            "evt", "EventFrame", f"sealed event {sequence}", frame, token=TOKEN.hex(),
            key=KEY.hex(), plaintext=plaintext.hex(),
            event=json_format.MessageToDict(body, preserving_proto_field_name=True),
        )
    head = wire.EventFrame(version=1, epoch=EPOCH, sequence=2)
    add("evt", "EventFrame", "the head repeated each second", head, token=TOKEN.hex())


def main():
    for step in (
        say_as_agent, ask_as_agent, operate, answer_session, answer_receipts, answer_deliveries,
        answer_questions, refuse_consent, answer_about_patients, answer_operators, publish,
    ):
        step()
    for old in HERE.glob("*/*.json"):
        old.unlink()
    for (folder, verb), list_of_cases in cases.items():
        (HERE / folder).mkdir(exist_ok=True)
        document = {"verb": verb, "cases": list_of_cases}
        text = json.dumps(document, indent=2, ensure_ascii=False)
        (HERE / folder / f"{verb}.json").write_text(text + "\n")
    print(f"{sum(map(len, cases.values()))} cases in {len(cases)} files")


if __name__ == "__main__":
    main()
