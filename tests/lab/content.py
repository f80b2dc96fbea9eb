"""content.py - a content filter as an SMTP proxy: refuses what has the subject spam,
hands the rest back to the server. What a content_filter transport gives it is written
down as deliveries; what smtpd's proxy gives it is not. SPDX-License-Identifier: MIT
"""
import asyncio

from client import submit
from sink import address_in

REFUSED = "554 5.7.1 id=00001-01, refused: 250 2.0.0 from MTA(smtp:[127.0.0.1]:10026)"


class Filter:
    """rows gets (code, enhanced, domain) for each recipient of a delivery; run is the
    recording that it works for."""

    def __init__(self):
        self.run, self.rows = None, []

    async def serve(self):
        await asyncio.start_server(lambda r, w: self.session(r, w, True), "127.0.0.1", 10025)
        await asyncio.start_server(lambda r, w: self.session(r, w, False), "127.0.0.1", 10027)

    async def session(self, reader, writer, counted):
        sender, recipients = "", []

        async def say(text):
            writer.write(text.encode() + b"\r\n")
            await writer.drain()

        await say("220 localhost ESMTP filter")
        while line := await reader.readline():
            verb = line[:4].upper()
            if verb == b"EHLO":
                await say("250-localhost\r\n250-XFORWARD NAME ADDR PORT PROTO HELO IDENT SOURCE\r\n250 ENHANCEDSTATUSCODES")
            elif verb == b"MAIL":
                sender, recipients = address_in(line), []
                await say("250 2.1.0 Ok")
            elif verb == b"RCPT":
                recipients.append(address_in(line))
                await say("250 2.1.5 Ok")
            elif verb == b"DATA":
                await say("354 Go on")
                text = b""
                while (line := await reader.readline()) not in (b".\r\n", b""):
                    text += line
                reply = await self.pass_on(sender, recipients, text)
                if counted:
                    code, enhanced = reply.split()[:2]
                    self.rows += [(code, enhanced, recipient.rpartition("@")[2]) for recipient in recipients]
                await say(reply)
            elif verb == b"QUIT":
                await say("221 2.0.0 Bye")
                break
            else:
                await say("250 2.0.0 Ok")
        writer.close()

    async def pass_on(self, sender, recipients, text):
        if b"Subject: spam" in text:
            return REFUSED
        await submit(self.run.client, "127.0.0.1", sender, recipients,
                     text.decode("latin-1").replace("\r\n", "\n").rstrip("\n"), "127.0.0.1", 10026)
        return "250 2.0.0 from MTA(smtp:[127.0.0.1]:10026): 250 2.0.0 Ok: queued as 4Xk2Lp6yJPz1Ym"
