"""milter.py - a Milter that does what the names in the conversation say: reject,
tempfail, discard, quarantine, or replyNNN, in the HELO name, the sender or the
recipient; data-ACTION and eom-ACTION as a sender act later, and so does a client
named so. SPDX-License-Identifier: MIT
"""
import asyncio
import re
import struct

ACTION = re.compile(rb"(reject|tempfail|discard|quarantine|reply(\d\d\d))")
PLAIN = {b"reject": b"r", b"tempfail": b"t", b"discard": b"d"}


def answer(text):
    """The Milter replies for the action that a text names."""
    found = ACTION.search(text)
    if not found:
        return [b"c"]
    if found.group(2):
        code = found.group(2)
        return [b"y" + code + b" " + code[:1] + b".7.1 The Milter says " + code + b"\0"]
    if found.group(1) == b"quarantine":
        return [b"qThe Milter says wait\0", b"a"]
    return [PLAIN[found.group(1)]]


async def session(reader, writer):
    later = b""
    try:
        while True:
            size = struct.unpack("!I", await reader.readexactly(4))[0]
            packet = await reader.readexactly(size)
            command, data = packet[:1], packet[1:]
            if command == b"O":
                replies = [b"O" + struct.pack("!III", 6, 0x3f, 0)]
            elif command in b"DAK":
                continue
            elif command == b"Q":
                break
            elif command == b"M" and data.startswith((b"<data-", b"<eom-")):
                later, replies = data, [b"c"]
            elif command in (b"C", b"H", b"M", b"R"):
                replies = answer(data)
            elif command == b"T" and later.startswith(b"<data-"):
                replies = answer(later)
            elif command == b"E" and later.startswith(b"<eom-"):
                replies = answer(later)
            else:
                replies = [b"c"]
            for reply in replies:
                writer.write(struct.pack("!I", len(reply)) + reply)
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        pass
    writer.close()


async def serve(port=7000):
    await asyncio.start_server(session, "127.0.0.1", port)
