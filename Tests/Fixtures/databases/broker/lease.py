#!/usr/bin/env python3
"""Takes deliveries and acknowledges none.

    lease.py keys FILE                        makes the keys; prints the public one
    lease.py take FILE ENDPOINT BROKER_KEY    is `lab`; ends once it was given a delivery
"""

import json
import os
import sys

import zmq
from careloop.v1 import frames_pb2 as wire


def make_keys(path):
    public, secret = zmq.curve_keypair()
    with open(path, "w") as file:
        json.dump({"public": public.decode(), "secret": secret.decode()}, file)
    print(public.decode())
    print()


def take(path, endpoint, broker_key):
    with open(path) as file:
        keys = json.load(file)
    socket = zmq.Context().socket(zmq.DEALER)
    socket.linger = 0
    socket.curve_serverkey = broker_key.encode()
    socket.curve_publickey = keys["public"].encode()
    socket.curve_secretkey = keys["secret"].encode()
    socket.connect(endpoint)
    say(socket, hello=wire.Hello(agent="lab", instance=os.urandom(16), versions=[1]))
    say(socket, credit=wire.Credit(messages=1, bytes=1 << 20))
    while socket.poll(10_000):
        body = wire.BrokerFrame.FromString(socket.recv_multipart()[0])
        if body.WhichOneof("body") == "deliver":
            print("took delivery", body.deliver.delivery_id)
            return
    sys.exit("nothing was delivered")


def say(socket, **body):
    socket.send(wire.AgentFrame(version=1, request=1, **body).SerializeToString())


if sys.argv[1] == "keys":
    make_keys(sys.argv[2])
else:
    take(*sys.argv[2:])
