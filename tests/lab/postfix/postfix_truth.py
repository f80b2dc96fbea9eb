"""postfix_truth.py - what Postfix logs of what sink and client saw, by Postfix's rules.
README.md explains them. SPDX-License-Identifier: MIT
"""
from collections import Counter
from itertools import groupby

# Postfix reads on after a line without a code, until its time is over.
NO_REPLY = {"!close": "4.4.2", "!hang": "4.4.2", "-": "4.4.2"}


class Outbound:
    """Postfix as the sink's client: one session of the sink's record after the other."""

    def __init__(self, world, truth):
        self.world, self.truth = world, truth

    def add(self, kind, code, enhanced, domain, count=1):
        if code in NO_REPLY:
            code, enhanced = "-", NO_REPLY[code]
        elif code[0] not in "2345":
            code, enhanced = "-", "5.5.0"
        if count:
            self.truth[kind, self.direction, code, enhanced, domain] += count

    def session(self, rows):
        self.domain = self.world.domains[rows[0][1]]
        self.last = rows[0][2] == len(self.domain.hosts)
        self.direction = "local" if "lmtp" in self.domain.options else "out"
        self.left = len(self.domain.recipients())
        self.accepted, self.probe = [], False
        if self.domain.options.get("truth") == "rows":
            return
        for row in rows:
            if self.step(*row[3:]):
                return

    def step(self, stage, code, enhanced, address, shown):
        """One reply; whether it ends the session for all recipients."""
        ok = code[0] == "2"
        if stage == "mail":
            self.accepted, self.probe = [], address.startswith("double-bounce@")
        if self.fatal(stage, code):
            # A greeting's 5yz is for the next host, and so is a failed login.
            soft = code[0] != "5" or stage in ("connect", "auth", "starttls")
            if soft and not self.last:
                self.add("attempt", code, enhanced, "-")
            else:
                self.add("probe" if self.probe else "delivery", code, enhanced, self.domain.name.lower(), self.left)
            return True
        if stage == "rcpt":
            self.recipient(code, enhanced, address.rpartition("@")[2].lower(), shown)
        elif stage == "data-end" and "lmtp" in self.domain.options:
            self.add("delivery", code, enhanced, address.rpartition("@")[2].lower())
        elif stage == "data-end" or (stage == "data" and code[0] != "3"):
            self.transaction(code, enhanced)
        return False

    def fatal(self, stage, code):
        if code[0] in "!-" and stage != "data-end":
            return True
        if stage == "ehlo":
            return code == "421"        # any other: HELO is tried
        if stage == "starttls":
            return code[0] != "2" and self.domain.options.get("via") == "encrypt"
        return stage in ("connect", "helo", "auth", "mail") and code[0] != "2"

    def recipient(self, code, enhanced, domain, shown):
        if self.probe:
            self.add("probe", code, enhanced, domain)
        elif code[0] == "2":
            self.accepted.append(domain)
        elif code[0] != "5" and not self.last:
            self.add("attempt", code, enhanced, shown)
            self.left -= 1
        else:
            self.add("delivery", code, enhanced, domain)
            self.left -= 1

    def transaction(self, code, enhanced):
        if code[0] not in "25" and not self.last and self.accepted:
            self.add("attempt", code, enhanced, "-")
        else:
            for domain in self.accepted:
                self.add("delivery", code, enhanced, domain)
        self.accepted = []


def domain_of(address):
    return address.rpartition("@")[2].lower() if "@" in address else "-"


def inbound(rows, truth):
    """Postfix as a server: its refusals, and the messages that got a queue id. Where
    a session goes through a proxy, the proxy's reply stands for the queue id."""
    recipient, taken = "-", False
    for _, script, source, stage, code, enhanced, address, remark in rows:
        proxied = script.startswith("proxy")
        if stage == "mail":
            recipient, taken = "-", False
        if stage in ("rcpt", "vrfy"):
            recipient = domain_of(address)
        if stage == ("data-end" if proxied else "rcpt") and code[0] == "2" and not taken:
            taken = True
            truth["accept", "hop" if source == "127.0.0.1" else "in", "250", enhanced if proxied else "-", "-"] += 1
        if code[0] in "45" and not remark.startswith("~"):
            domain = recipient if stage in ("rcpt", "vrfy", "data", "data-end") else "-"
            if remark.startswith("as "):
                code, enhanced, domain = remark.split()[1:4]
            truth["reject", "in", code, enhanced, domain] += 1


def dialogue(world, sink, client, truth):
    """A verbose log has every reply that was read or given; smtp does not read the one
    to QUIT, lmtp does."""
    for _, name, _, stage, code, enhanced, *_ in sink:
        if code[0] in "2345" and (stage != "quit" or "lmtp" in world.domains[name].options):
            truth["dialogue", "out", code, enhanced, "-"] += 1
    for _, _, _, _, code, enhanced, *_ in client:
        truth["dialogue", "in", code, enhanced, "-"] += 1


def derive(world, sink, client, expected, verbose=False):
    truth = Counter()
    if verbose:
        dialogue(world, sink, client, truth)
    outbound = Outbound(world, truth)
    for _, session in groupby(sink, key=lambda row: row[0]):
        outbound.session(list(session))
    inbound(client, truth)
    for event in expected:
        truth[tuple(event)] += 1
    return [(count, *event) for event, count in sorted(truth.items())]
