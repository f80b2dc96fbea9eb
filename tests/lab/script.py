"""script.py - the sessions of a script file, held by the client; README.md has the
format. SPDX-License-Identifier: MIT
"""
import asyncio
import base64
import re

from client import Client
from scenario import CODES

MESSAGE = "From: Lee <lee@example.net>\nTo: Kim\n{}"


class Session:
    def __init__(self, name, port, source):
        self.name, self.port, self.source = name, int(port), source
        self.lines = []


def spelled(text, code):
    if code:
        text = text.replace("*", str(code))
    return re.sub(r"\{b64:(.*?)\}", lambda found: base64.b64encode(found.group(1).replace("^", "\0").encode()).decode(), text)


def read(path):
    """The sessions of a file, those with a * once for every refusing code."""
    sessions = []
    for line in open(path, encoding="utf-8"):
        line = line.rstrip("\n")
        if line.startswith("["):
            sessions.append(Session(*line.strip("[]").split()))
        elif line and not line.startswith("#"):
            sessions[-1].lines.append(line)
    for session in sessions:
        for code in [code for code in CODES if code >= 400] if "*" in session.name else [None]:
            each = Session(spelled(session.name, code), session.port, session.source)
            each.lines = [spelled(line, code) for line in session.lines]
            yield each


async def hold(run, session, host="192.0.2.1"):
    client = Client(run.client, session.name, session.source)
    await client.open(host, session.port)
    lines = list(session.lines)
    if not lines or not lines[0].startswith(".early"):
        greeted = lines.pop(0)[1:] if lines and lines[0].startswith(".as ") else ""
        await client.reply("connect", "", greeted)
    for line in lines:
        line, _, remark = line.replace("%n", "\n").replace("%c", "\r").partition("\t")
        word, _, rest = line.partition(" ")
        if word == "=":
            run.expected.append(tuple(rest.split()))
        elif word == ".message":
            await client.message(MESSAGE.format(rest or "Subject: a message\n\nText."), remark)
        elif word == ".big":
            await client.message(MESSAGE.format("Subject: big\n\n" + ("x" * 70 + "\n") * (int(rest) // 71)), remark)
        elif word == ".hops":
            await client.message("Received: from here by there\n" * int(rest) + MESSAGE.format("\nText."), remark)
        elif word in (".raw", ".early"):
            await client.send(rest.encode())
        elif word == ".reply":
            stage, _, address = rest.partition(" ")
            await client.reply(stage, address, remark)
        elif word == ".wait":
            await asyncio.sleep(float(rest))
        elif word == ".tls":
            await client.start_tls()
        elif word == ".drop":
            break
        elif word == ".keep":
            run.kept.append(client)
            return
        elif remark == "auth":
            await client.exchange(line)
        else:
            await client.command(line, remark)
    await client.close()


async def play(run, path, **where):
    for session in read(path):
        await hold(run, session, **where)
    for client in run.kept:
        await client.reply("connect")
        await client.close()
