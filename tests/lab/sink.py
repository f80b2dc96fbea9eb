"""sink.py - SMTP servers that answer what the scenario table says, and write down
what they answered. One listener a host of the table; README.md has the format of
the record. SPDX-License-Identifier: MIT
"""
import asyncio
import os
import re

USUAL = {
    "connect": "220 %h ESMTP", "helo": "250 %h", "starttls": "220 2.0.0 Ready to start TLS",
    "auth": "235 2.7.0 Authentication successful", "mail": "250 2.1.0 Ok", "rcpt": "250 2.1.5 Ok",
    "data": "354 End data with <CR><LF>.<CR><LF>", "data-end": "250 2.0.0 Ok: queued as 4Xk2Lp6yJPz1Ym",
    "rset": "250 2.0.0 Ok", "quit": "221 2.0.0 Bye", "noop": "250 2.0.0 Ok", "other": "502 5.5.1 Not implemented",
}
# Also in the forms "#5.1.1" and "5.1.1:", which many servers use.
ENHANCED = re.compile(rb"[2-5]\d\d[ -]+#?([245]\.\d{1,3}\.\d{1,3})(?![0-9A-Za-z_]|\.[0-9A-Za-z])")


def code_of(wire):
    """(code, enhanced) of a reply's last line, "-" for what it has not."""
    last = wire.rstrip(b"\r\n").rpartition(b"\n")[2]
    code = last[:3].decode() if re.match(rb"\d\d\d(?![^ \r-])", last) else "-"
    found = ENHANCED.match(last)
    return code, found.group(1).decode() if found and code != "-" else "-"


def address_in(line):
    found = re.search(rb"<((?:\"(?:\\\\.|[^\"\\\\])*\"|[^\">])*)>", line)
    return found.group(1).decode("utf-8", "replace") if found else ""


class Session:
    """One connection. Its record rows: session, domain, mx, stage, code, enhanced,
    address, and the domain that the reply's text begins with."""

    def __init__(self, sink, host, reader, writer):
        self.sink, self.host, self.reader, self.writer = sink, host, reader, writer
        sink.sessions += 1
        self.number = sink.sessions
        self.recipients = []

    def note(self, stage, code, enhanced, address, shown):
        self.sink.rows.append((self.number, self.host.domain.name, self.host.rank, stage, code, enhanced, address or "-", shown or "-"))

    async def say(self, stage, address="", default=None):
        """Give the reply for a stage; its class, 0 when the connection is gone."""
        text = self.host.reply(stage, address.rpartition("@")[0] if stage in ("rcpt", "data-end") else None)
        if text is None:
            text = default or USUAL[stage]
        if text == "!hang":
            self.note(stage, "!hang", "-", address, "")
            await asyncio.sleep(300)
            raise ConnectionError
        if text == "!close":
            self.note(stage, "!close", "-", address, "")
            raise ConnectionError
        closing = text.endswith(" !close")
        text = text.removesuffix(" !close").replace("%h", self.host.name).replace("%r", address).replace("%d", address.rpartition("@")[2])
        wire = text.replace("\n", "\r\n").encode() + b"\r\n"
        code, enhanced = code_of(wire)
        shown = re.match(rb"[2-5]\d\d[ -](?:[245]\.\d+\.\d+ )?<[^<>@ ]*@([^<>@ ]*)>", wire)
        self.note(stage, code, enhanced, address, shown.group(1).decode().lower() if shown else "")
        self.writer.write(wire)
        await self.writer.drain()
        if closing:
            raise ConnectionError
        return int(wire[:1]) if wire[:1].isdigit() else 9

    def greeting(self):
        lines = [self.host.name, "SIZE 10240000", "8BITMIME", "ENHANCEDSTATUSCODES", "DSN"]
        if "nopipelining" not in self.host.domain.options:
            lines.append("PIPELINING")
        if "utf8" in self.host.domain.options:
            lines.append("SMTPUTF8")
        if "tls" in self.host.domain.options or self.host.has("starttls"):
            lines.append("STARTTLS")
        if self.host.has("auth"):
            lines.append("AUTH PLAIN")
        return "\n".join(f"250-{line}" for line in lines[:-1]) + f"\n250 {lines[-1]}"

    async def run(self):
        # A host that greets with a refusal may still be talked to: it answers QUIT.
        await self.say("connect")
        while True:
            line = await self.reader.readline()
            if not line:
                return
            if not await self.command(line):
                return

    async def command(self, line):
        verb = line[:4].upper()
        if verb in (b"EHLO", b"LHLO"):
            await self.say("ehlo", default=self.greeting())
        elif verb == b"HELO":
            await self.say("helo")
        elif line[:8].upper() == b"STARTTLS":
            if await self.say("starttls") == 2:
                await self.writer.start_tls(self.sink.tls)
        elif verb == b"AUTH":
            await self.say("auth")
        elif verb == b"MAIL":
            self.sender = address_in(line)
            self.recipients = []
            await self.say("mail", self.sender)
        elif verb == b"RCPT":
            if await self.say("rcpt", address_in(line)) == 2:
                self.recipients.append(address_in(line))
        elif verb == b"DATA":
            if not self.recipients and not self.host.has("data"):
                await self.say("data", default="554 5.5.1 Error: no valid recipients")
            elif await self.say("data") == 3:
                await self.message()
        elif verb == b"QUIT":
            await self.say("quit")
            return False
        elif verb in (b"RSET", b"NOOP"):
            await self.say(verb.decode().lower())
        else:
            await self.say("other")
        return True

    async def message(self):
        while (line := await self.reader.readline()) != b".\r\n":
            if not line:
                raise ConnectionError
        if "lmtp" in self.host.domain.options:
            for recipient in self.recipients:
                await self.say("data-end", recipient)
        else:
            await self.say("data-end", self.recipients[0] if len(self.recipients) == 1 else "")


class Sink:
    def __init__(self, world, tls):
        self.world, self.tls = world, tls
        self.rows = []
        self.sessions = 0

    async def accept(self, reader, writer):
        name = writer.get_extra_info("sockname")
        address = name if isinstance(name, str) else name[0]
        try:
            await Session(self, self.world.hosts[address], reader, writer).run()
        except (ConnectionError, asyncio.IncompleteReadError, OSError):
            pass
        finally:
            writer.close()

    async def serve(self):
        for port, lmtp in ((25, False), (24, True)):
            addresses = [address for address, host in self.world.hosts.items()
                         if address[0] != "/" and not host.down and ("lmtp" in host.domain.options) == lmtp]
            await asyncio.start_server(self.accept, addresses, port, limit=1 << 20)
        for path in self.world.hosts:
            if path[0] == "/":
                await asyncio.start_unix_server(self.accept, path, limit=1 << 20)
                os.chmod(path, 0o666)

    def write(self, path):
        with open(path, "w", encoding="utf-8") as out:
            for row in self.rows:
                print(*row, sep="\t", file=out)
