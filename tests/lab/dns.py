"""dns.py - a name server that knows the scenario table's world and nothing else.

A zone maps (name, type) to a list of answers, or a name to a failure: "nxdomain",
"servfail", "refused" or "silent". Types are words: A, AAAA, MX, PTR, TXT. What is
not in the zone does not exist. SPDX-License-Identifier: MIT
"""
import asyncio
import ipaddress
import struct

TYPES = {"A": 1, "NS": 2, "CNAME": 5, "SOA": 6, "PTR": 12, "MX": 15, "TXT": 16, "AAAA": 28}
WORDS = {number: word for word, number in TYPES.items()}
RCODE = {"ok": 0, "servfail": 2, "nxdomain": 3, "refused": 5}


def reverse_name(address):
    return ipaddress.ip_address(address).reverse_pointer


def pack_name(name):
    labels = [label for label in name.rstrip(".").split(".") if label]
    return b"".join(bytes([len(label)]) + label.encode() for label in labels) + b"\0"


def unpack_name(packet, at):
    labels = []
    while packet[at]:
        labels.append(packet[at + 1:at + 1 + packet[at]].decode("latin-1"))
        at += 1 + packet[at]
    return ".".join(labels).lower(), at + 1


def pack_data(kind, value):
    if kind == "A" or kind == "AAAA":
        return ipaddress.ip_address(value).packed
    if kind == "MX":
        preference, host = value
        return struct.pack("!H", preference) + pack_name(host)
    if kind == "TXT":
        return bytes([len(value)]) + value.encode()
    return pack_name(value)


class Zone:
    def __init__(self):
        self.records = {}
        self.names = set()
        self.failures = {}

    def add(self, name, kind, value):
        self.records.setdefault((name.lower(), kind), []).append(value)
        parent = name.lower()
        while parent:
            self.names.add(parent)
            parent = parent.partition(".")[2]

    def fail(self, name, how):
        self.failures[name.lower()] = how

    def answer(self, packet):
        """The reply to one query, or None for none."""
        ident, flags, _, _, _, _ = struct.unpack("!6H", packet[:12])
        name, end = unpack_name(packet, 12)
        number = struct.unpack("!H", packet[end:end + 2])[0]
        question = packet[12:end + 4]
        rcode, answers = self.look_up(name, WORDS.get(number, "?"))
        if rcode == "silent":
            return None
        header = struct.pack("!6H", ident, 0x8480 | (flags & 0x0100) | RCODE[rcode], 1, len(answers), 0, 0)
        rows = [b"\xc0\x0c" + struct.pack("!HHIH", number, 1, 60, len(data)) + data for data in answers]
        return header + question + b"".join(rows)

    def look_up(self, name, kind):
        if name in self.failures:
            return self.failures[name], []
        found = self.records.get((name, kind), [])
        if not found and name not in self.names:
            return "nxdomain", []
        return "ok", [pack_data(kind, value) for value in found]


class Udp(asyncio.DatagramProtocol):
    def __init__(self, zone):
        self.zone = zone

    def connection_made(self, transport):
        self.transport = transport

    def datagram_received(self, data, address):
        reply = self.zone.answer(data)
        if reply:
            self.transport.sendto(reply, address)


async def serve(zone, address="127.0.0.1"):
    async def stream(reader, writer):
        size = struct.unpack("!H", await reader.readexactly(2))[0]
        reply = zone.answer(await reader.readexactly(size))
        if reply:
            writer.write(struct.pack("!H", len(reply)) + reply)
            await writer.drain()
        writer.close()

    await asyncio.get_running_loop().create_datagram_endpoint(lambda: Udp(zone), local_addr=(address, 53))
    await asyncio.start_server(stream, address, 53)
