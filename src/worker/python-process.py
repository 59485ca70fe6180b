"""Runs functions in Python, one call at a time: messages are lines of JSON on standard input and output."""

import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../runtime/python"))
import howdah_runtime

# What functions print belongs to the log: messages have a descriptor of their own.
out = os.fdopen(os.dup(1), "w", encoding="utf-8", buffering=1)
os.dup2(2, 1)
lines = open(0, encoding="utf-8", closefd=False)
loaded = {}


def send(message):
    out.write(json.dumps(message) + "\n")
    out.flush()


def receive():
    line = lines.readline()
    if line == "":
        os._exit(0)
    return json.loads(line)


def ask(message):
    send(message)
    return json.loads(receive()["text"])


howdah_runtime.ask = ask

while True:
    message = receive()
    key = message["module"]
    try:
        if key not in loaded:
            loaded[key] = howdah_runtime.load(message["code"])
        reply = {"kind": "done", "value": howdah_runtime.run(loaded[key], message["text"])}
    except BaseException as error:  # SystemExit ends the call, not the process
        reply = {"kind": "fail", "error": howdah_runtime.failure(error)}
    send(reply)
