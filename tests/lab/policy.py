"""policy.py - a Postfix policy server that answers with the action which the sender's
local part names, with + for blanks. SPDX-License-Identifier: MIT
"""
import asyncio


async def session(reader, writer):
    attributes = {}
    while line := (await reader.readline()).decode("utf-8", "replace"):
        name, _, value = line.rstrip("\n").partition("=")
        attributes[name] = value
        if not name:
            action = attributes.get("sender", "").rpartition("@")[0].replace("+", " ") or "dunno"
            writer.write(f"action={action}\n\n".encode())
            await writer.drain()
            attributes = {}
    writer.close()


async def serve(port=7001):
    await asyncio.start_server(session, "127.0.0.1", port)
