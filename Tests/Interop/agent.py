#!/usr/bin/env python3
"""Plays one referral against a broker, knowing nothing but Protocols/.

A stranger's agent: pyzmq, protobuf made from the .proto files, cryptography. run.sh starts the
broker and enrols the keys. All people and organisations are made up.

    agent.py keys FILE                        make the keys; print the public ones
    agent.py play FILE ENDPOINT BROKER_KEY    play; exit with 1 if anything is not as specified
"""

import json
import os
import secrets
import sys
import time

import zmq
from careloop.v1 import frames_pb2 as wire
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from zmq.utils.monitor import recv_monitor_message

PATIENT = wire.BusinessIdentifier(system="https://interop.example/patients", value="INTEROP-1")
PATIENCE_MS = 10_000
SILENCE_MS = 2_500  # more than two of the heads that `evt` repeats each second


def expect(condition, what):
    if not condition:
        raise AssertionError(what)


def uuid7():
    clock = int(time.time() * 1_000).to_bytes(6, "big")
    bits = bytearray(secrets.token_bytes(10))
    bits[0], bits[2] = 0x70 | bits[0] & 0x0F, 0x80 | bits[2] & 0x3F
    return clock + bytes(bits)


def referral_number(referral_id):
    """CLP-1, section 5."""
    value, check, digits = int.from_bytes(referral_id, "big") & (2**55 - 1), 0, []
    for shift in range(50, -1, -5):
        digits.append(value >> shift & 31)
        check = (check ^ digits[-1]) << 1
        check = check ^ 0x25 if check & 0x20 else check
    text = "".join("0123456789ABCDEFGHJKMNPQRSTVWXYZ"[digit] for digit in digits + [check])
    return f"R-{text[:4]}-{text[4:8]}-{text[8:]}"


def fhir(resource):
    return json.dumps(resource, indent=1, ensure_ascii=False).encode()


def patient_reference():
    return {"type": "Patient", "identifier": {"system": PATIENT.system, "value": PATIENT.value}}


def consent():
    return fhir({
        "resourceType": "Consent", "status": "active", "patient": patient_reference(),
        "scope": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/consentscope",
                              "code": "patient-privacy"}]},
        "category": [{"coding": [{"system": "http://loinc.org", "code": "59284-0"}]}],
        "policy": [{"uri": "urn:careloop:policy:consent"}],
        "dateTime": "2026-01-01T00:00:00Z",
        "provision": {"type": "permit", "purpose": [{
            "system": "http://terminology.hl7.org/CodeSystem/v3-ActReason", "code": "COC"}]}})


def referral():
    return fhir({"resourceType": "Bundle", "type": "collection", "entry": [
        {"resource": {
            "resourceType": "ServiceRequest", "status": "active", "intent": "order",
            "subject": patient_reference(),
            "reasonCode": [{"text": "Übelkeit, seit 3 Tagen – bitte um Abklärung"}]}}]})


class Agent:
    """One identity on one connection."""

    def __init__(self, context, endpoint, broker_key, keys, kind=zmq.DEALER):
        self.socket = context.socket(kind)
        self.socket.linger = 0
        if keys is not None:
            self.socket.curve_serverkey = broker_key.encode()
            self.socket.curve_publickey = keys["public"].encode()
            self.socket.curve_secretkey = keys["secret"].encode()
        self.endpoint, self.kept, self.request = endpoint, [], 0

    def connect(self):
        self.socket.connect(self.endpoint)
        return self

    def say(self, payload=None, **body):
        self.request += 1
        frame = wire.AgentFrame(
            version=1, request=self.request,
            acting_for=wire.Person(
                identifier=wire.BusinessIdentifier(system="urn:example:staff", value="S-117"),
                name="Nora Beispiel", role="nurse"), **body)
        header = [frame.SerializeToString()]
        self.socket.send_multipart(header + ([] if payload is None else [payload]))

    def hear(self, verb):
        """The next frame with this verb, and its payload; others are kept for later."""
        for index, (frame, payload) in enumerate(self.kept):
            if frame.WhichOneof("body") == verb:
                self.kept.pop(index)
                return getattr(frame, verb), payload
        deadline = time.monotonic() + PATIENCE_MS / 1_000
        while time.monotonic() < deadline:
            if not self.socket.poll(100):
                continue
            parts = self.socket.recv_multipart()
            frame = wire.BrokerFrame.FromString(parts[0])
            heard = frame.WhichOneof("body")
            expect(frame.version == 1, "the broker speaks another version")
            if heard == "ping":
                self.say(pong=wire.Pong())
            elif heard == verb:
                return getattr(frame, verb), parts[1] if len(parts) > 1 else None
            elif heard in ("error", "bye", "resync"):
                raise AssertionError(f"waited for {verb}, heard {frame}")
            else:
                self.kept.append((frame, parts[1] if len(parts) > 1 else None))
        raise AssertionError(f"heard no {verb}")

    def hello(self, name):
        self.say(hello=wire.Hello(agent=name, instance=os.urandom(16), versions=[1]))
        return self.hear("welcome")[0]

    def submit(self, payload, **fields):
        self.say(payload, submit=wire.Submit(patient=PATIENT, **fields))
        items = self.hear("receipt")[0].items
        expect(len(items) == 1 and items[0].message_id == fields["message_id"], "another receipt")
        return items[0]


class Follower:
    """One stream on `evt`."""

    def __init__(self, context, endpoint, broker_key, keys, topic):
        self.topic, self.cipher = topic, ChaCha20Poly1305(topic.key)
        agent = Agent(context, endpoint, broker_key, keys, zmq.SUB)
        agent.socket.setsockopt(zmq.SUBSCRIBE, topic.token)
        self.socket = agent.connect().socket

    def next(self):
        expect(self.socket.poll(PATIENCE_MS), "nothing came on evt")
        token, header = self.socket.recv_multipart()
        expect(token == self.topic.token, "an event of another topic")
        return wire.EventFrame.FromString(header)

    def open(self, frame, sequence=None):
        sequence = frame.sequence if sequence is None else sequence
        place = frame.epoch.to_bytes(4, "big") + sequence.to_bytes(8, "big")
        body = self.cipher.decrypt(place, frame.sealed, self.topic.token + place)
        return wire.Event.FromString(body)

    def event(self, **wanted):
        """The next event with these values."""
        while True:
            frame = self.next()
            if not frame.sealed:
                continue
            event = self.open(frame)
            if all(getattr(event, name) == value for name, value in wanted.items()):
                return frame, event


def stays_outside(context, endpoint, broker_key, keys, kind):
    """Whether a peer hears nothing, and whether it was told that its key is not known."""
    peer = Agent(context, endpoint, broker_key, keys, kind)
    monitor = peer.socket.get_monitor_socket(
        zmq.EVENT_HANDSHAKE_FAILED_AUTH | zmq.EVENT_HANDSHAKE_SUCCEEDED)
    peer.connect()
    if kind == zmq.SUB:
        peer.socket.setsockopt(zmq.SUBSCRIBE, b"")
    else:
        peer.say(hello=wire.Hello(agent="interop-sender", instance=os.urandom(16), versions=[1]))
    expect(not peer.socket.poll(SILENCE_MS), "a stranger was answered")
    events = set()
    while monitor.poll(0):
        events.add(recv_monitor_message(monitor)["event"])
    expect(zmq.EVENT_HANDSHAKE_SUCCEEDED not in events, "a stranger's handshake succeeded")
    if keys is not None:
        expect(zmq.EVENT_HANDSHAKE_FAILED_AUTH in events, "an unknown key was not refused")
    peer.socket.disable_monitor()
    peer.socket.close()


def play(keys, endpoint, broker_key):
    context = zmq.Context()
    sender = Agent(context, endpoint, broker_key, keys["sender"]).connect()
    welcome = sender.hello("interop-sender")
    expect(welcome.organisation == "interop-a" and list(welcome.roles) == ["referrer"], "welcome")
    receiver = Agent(context, endpoint, broker_key, keys["receiver"]).connect()
    mailboxes = receiver.hello("interop-receiver").mailboxes
    expect("service:interop-clinic" in mailboxes, "the receiver does not work its service")
    done("two agents are welcomed")

    sender.say(subscribe=wire.Subscribe(stream="organisation:interop-a"))
    topic = sender.hear("topic")[0]
    follower = Follower(context, welcome.events_endpoint, broker_key, keys["sender"], topic)
    expect(not follower.next().sealed, "an event before anything happened")
    done("the stream's head is repeated on evt")

    document, request = referral(), dict(
        message_id=uuid7(), kind="request", referral_id=uuid7(), to="service:interop-clinic",
        priority="urgent", reason="assessment")
    refused = sender.submit(document, **{**request, "message_id": uuid7()})
    expect((refused.outcome, refused.refusal.code) == ("refused", "consent-refused"),
           f"without consent: {refused}")
    done("without consent nothing is taken")

    put = sender.submit(consent(), message_id=uuid7(), kind="consent-put", consent_id=uuid7())
    expect(put.outcome == "accepted", f"consent-put: {put}")
    receipt = sender.submit(document, **request)
    expect(receipt.outcome == "accepted" and receipt.state == "requested", f"request: {receipt}")
    expect(receipt.referral_number == referral_number(request["referral_id"]), "referral number")
    done("consent and referral are accepted")

    again = sender.submit(document, **request)
    expect(again.outcome == "accepted" and again.duplicate, f"the same again: {again}")
    other = sender.submit(document, **{**request, "priority": "routine"})
    expect(other.refusal.code == "duplicate-conflict", f"other content, same id: {other}")
    done("the same message is taken once")

    receiver.say(credit=wire.Credit(messages=10, bytes=1 << 20))
    delivery, payload = receiver.hear("deliver")
    expect(payload == document, "the payload is not what was sent, byte for byte")
    expect(delivery.envelope.message_id == request["message_id"], "another message")
    expect(delivery.envelope.patient == PATIENT, f"envelope: {delivery.envelope}")
    receiver.say(ack=wire.Ack(delivery_id=delivery.delivery_id, fence=delivery.fence + 1))
    expect(receiver.hear("stale_lease")[0].fence == delivery.fence, "a wrong fence counted")
    receiver.say(ack=wire.Ack(delivery_id=delivery.delivery_id, fence=delivery.fence))
    settled = receiver.hear("settled")[0]
    expect(settled.delivery_id == delivery.delivery_id, "another delivery was settled")
    expect(settled.state == "acknowledged", f"settled as {settled.state}")
    done("it is delivered byte for byte and settled")

    frame, event = follower.event(move="request")
    expect(event.referral_id == request["referral_id"] and event.state == "requested", f"{event}")
    expect(PATIENT.value.encode() not in event.SerializeToString(), "an event names the patient")
    try:
        follower.open(frame, frame.sequence + 1)
        raise AssertionError("an event opened at another place")
    except InvalidTag:
        pass
    follower.event(move="receive", state="received")
    done("its events are on evt, sealed")

    stranger = keys["stranger"]
    for where, kind in ((endpoint, zmq.DEALER), (welcome.events_endpoint, zmq.SUB)):
        stays_outside(context, where, broker_key, stranger, kind)
        stays_outside(context, where, broker_key, None, kind)
    done("an unknown key and a peer without CURVE get nothing")

    sender.say(bye=wire.Bye(reason="done"))
    receiver.say(bye=wire.Bye(reason="done"))
    context.destroy(linger=200)


def done(what):
    print(f"interop: ok: {what}", flush=True)


def main():
    command, path, *rest = sys.argv[1:]
    if command == "keys":
        names = ("sender", "receiver", "stranger")
        pairs = {name: map(bytes.decode, zmq.curve_keypair()) for name in names}
        keys = {name: dict(zip(("public", "secret"), pair)) for name, pair in pairs.items()}
        with open(path, "x", opener=lambda file, flags: os.open(file, flags, 0o600)) as file:
            json.dump(keys, file)
        print(*(keys[name]["public"] for name in names), sep="\n")
        return
    with open(path) as file:
        keys = json.load(file)
    try:
        play(keys, *rest)
    except AssertionError as failure:
        sys.exit(f"interop: not as specified: {failure}")


if __name__ == "__main__":
    main()
