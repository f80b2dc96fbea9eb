"""scenario.py - the table of what the sink answers (out.tsv) as domains with hosts.

A row is NAME, STAGE, OPTIONS, REPLY, separated by tabs; README.md explains them.
A row whose NAME or code is * stands for every code of src/reply/code.def.
SPDX-License-Identifier: MIT
"""
import re

from dns import Zone, reverse_name

SERVERS = ("postfix", "exim", "sendmail")      # whose rows are expectations
FILLER = "Message 554 of 421 was rejected by [192.0.2.99]:25, code 452; "
CODES = [int(code) for code in re.findall(r"^CODE\((\d+)", open("/taxonomy/code.def", encoding="utf-8").read(), re.M)]


def addresses():
    """The addresses of the sink's hosts; servers and clients own the others."""
    for net, first in (("198.51.100", 1), ("192.0.2", 20), ("203.0.113", 100)):
        for last in range(first, 255):
            yield f"{net}.{last}"


def encoded(name):
    """A domain's name as DNS has it."""
    return name.encode("idna").decode()


class Host:
    """One MX of a domain, with the replies that it gives by stage and local part."""

    def __init__(self, domain, rank, address):
        self.domain, self.rank, self.address = domain, rank, address
        self.name = f"mx{rank}.{encoded(domain.name)}"
        self.replies = {}
        self.given = {}
        self.down = False

    def reply(self, stage, local):
        """The text for this stage, or None for the usual one. Of several, separated
        by " || ", each is given once and the last one for ever."""
        for key in ((stage, local), (stage, None)):
            if key in self.replies:
                texts = self.replies[key]
                turn = self.given.get(key, 0)
                self.given[key] = turn + 1
                return texts[min(turn, len(texts) - 1)]
        return None

    def has(self, stage):
        return any(key[0] == stage for key in self.replies)


class Domain:
    def __init__(self, name):
        self.name = name
        self.hosts = []
        self.locals = []
        self.options = {}
        self.expected = []

    def recipients(self):
        return [f"{local}@{self.name}" for local in self.locals or ["kim"]]


def spelled(text, code):
    """A reply of the table as it goes over the wire, for one code."""
    if code:
        text = text.replace("*", str(code)).replace("X.", f"{code // 100}.")
    return text.replace("%L", (FILLER * 40)[:2000]).replace("%n", "\n").replace("%0", "")


class World:
    """All domains of a table, the addresses of their hosts, and the zone for both."""

    def __init__(self, *paths):
        self.domains = {}
        self.hosts = {}
        self.zone = Zone()
        self.free = addresses()
        self.free6 = (f"2001:db8::{number:x}" for number in range(0x25, 0xffff))
        for path in paths:
            self.read(path)
        for domain in self.domains.values():
            self.publish(domain)

    def read(self, path):
        for number, line in enumerate(open(path, encoding="utf-8"), 1):
            line = line.rstrip("\n")
            if line and not line.startswith("#"):
                cells = line.split("\t", 3)
                if len(cells) != 4:
                    raise ValueError(f"{path}:{number}: {len(cells)} cells instead of 4")
                self.add_row(*cells)

    def add_row(self, name, stage, options, reply):
        options = dict(part.partition("=")[::2] for part in options.split() if part != "-")
        if stage in SERVERS or stage == "to":
            self.add(name, stage, options, reply, None)
        elif "*" in name:
            skipped = options.get("but", "").split(",")
            for code in CODES:
                if str(code) not in skipped:
                    self.add(name.replace("*", str(code)), stage, options, reply, code)
        elif reply.startswith("*"):
            for code in CODES:
                self.add(name, stage, dict(options, to=f"c{code}"), reply, code)
        else:
            self.add(name, stage, options, reply, None)

    def add(self, name, stage, options, reply, code):
        name = name if "." in name else name + ".example"
        domain = self.domains.setdefault(name, Domain(name))
        domain.options.update(options)
        local = reply if stage == "to" else options.get("to")
        for each in [local] if local else options.get("rcpts", "").split(","):
            if each and each not in domain.locals:
                domain.locals.append(each)
        if stage in SERVERS:
            domain.expected.append((stage, tuple(reply.split())))
            return
        host = self.host(domain, int(options.get("mx", 1)))
        host.down = host.down or "down" in options
        if stage not in ("-", "to"):
            host.replies[stage, local] = [spelled(text, code) for text in reply.split(" || ")]

    def host(self, domain, rank):
        while len(domain.hosts) < rank:
            where = self.free6 if "ip6" in domain.options else self.free
            address = f"/run/{domain.name}" if "socket" in domain.options else next(where)
            host = Host(domain, len(domain.hosts) + 1, address)
            domain.hosts.append(host)
            self.hosts[host.address] = host
        return domain.hosts[rank - 1]

    def publish(self, domain):
        how = domain.options.get("dns")
        if how in ("nxdomain", "servfail", "silent", "refused"):
            self.zone.fail(domain.name, how)
        elif how == "null-mx":
            self.zone.add(domain.name, "MX", (0, "."))
        elif how == "no-host":
            self.zone.add(domain.name, "MX", (10, f"gone.{domain.name}"))
            self.zone.fail(f"gone.{domain.name}", "nxdomain")
        elif how == "loop":
            self.zone.add(domain.name, "MX", (10, "mx1.example.org"))
        else:
            for host in domain.hosts:
                if host.address[0] == "/":
                    continue
                self.zone.add(encoded(domain.name), "MX", (10 * host.rank, host.name))
                self.add_host(host.name, host.address)

    def add_host(self, name, address):
        self.zone.add(name, "AAAA" if ":" in address else "A", address)
        self.zone.add(reverse_name(address), "PTR", name)
