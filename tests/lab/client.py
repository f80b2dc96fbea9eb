"""client.py - an SMTP client that does what it is told, and writes down what the
server answered. README.md has the format of the record. SPDX-License-Identifier: MIT
"""
import asyncio
import ssl

from sink import address_in, code_of

STAGES = {"EHLO": "helo", "HELO": "helo", "LHLO": "helo", "MAIL": "mail", "RCPT": "rcpt", "DATA": "data", "BDAT": "data-end", "AUTH": "auth",
          "STARTTLS": "starttls", "VRFY": "vrfy", "ETRN": "etrn", "QUIT": "quit", "RSET": "rset"}


class Client:
    """One connection. Its record rows: session, script, source, stage, code,
    enhanced, address, remark of the script."""

    sessions = 0

    def __init__(self, rows, script, source):
        Client.sessions += 1
        self.rows, self.script, self.source, self.number = rows, script, source, Client.sessions
        self.stage = "connect"

    async def open(self, host, port):
        self.reader, self.writer = await asyncio.open_connection(host, port, local_addr=(self.source, 0), limit=1 << 20)

    async def reply(self, stage, address="", remark=""):
        """Read one reply; its code, "" when the server hung up."""
        wire = b""
        while True:
            try:
                line = await asyncio.wait_for(self.reader.readline(), 30)
            except (ConnectionError, asyncio.TimeoutError):
                line = b""
            wire += line
            if not line or line[3:4] != b"-":
                break
        code, enhanced = code_of(wire)
        if wire.endswith(b"\n"):
            self.rows.append((self.number, self.script, self.source, stage, code, enhanced, address or "-", remark or "-"))
        return code if wire.endswith(b"\n") else ""

    async def send(self, data):
        try:
            self.writer.write(data)
            await self.writer.drain()
        except ConnectionError:
            pass

    async def command(self, line, remark=""):
        words = line.split(None, 1)
        stage = STAGES.get(words[0].upper() if words else "", "other")
        await self.send(line.encode() + b"\r\n")
        return await self.reply(stage, self.argument(stage, line), remark)

    def argument(self, stage, line):
        if stage == "vrfy":
            return line[5:]
        return address_in(line.encode()) if stage in ("mail", "rcpt") else ""

    async def exchange(self, line):
        """One more line of an AUTH exchange."""
        await self.send(line.encode() + b"\r\n")
        return await self.reply("auth")

    async def start_tls(self):
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        await self.writer.start_tls(context)

    async def message(self, text, remark=""):
        await self.send(text.replace("\n", "\r\n").encode() + b"\r\n.\r\n")
        return await self.reply("data-end", "", remark)

    async def close(self):
        self.writer.close()


async def submit(rows, source, sender, recipients, text, host="192.0.2.1", port=587):
    """Hand one message to the server; used to make it a client of the sink."""
    client = Client(rows, "submit", source)
    await client.open(host, port)
    await client.reply("connect")
    await client.command("EHLO client.example.org")
    utf8 = "" if all(map(str.isascii, [sender, *recipients])) else " SMTPUTF8"
    await client.command(f"MAIL FROM:<{sender}>{utf8}")
    for recipient in recipients:
        await client.command(f"RCPT TO:<{recipient}>")
    if await client.command("DATA") == "354":
        await client.message(text)
    await client.command("QUIT")
    await client.close()
