"""postfix_truth.py - what Postfix logs of what sink and client saw, by Postfix's rules.
README.md explains them. SPDX-License-Identifier: MIT
"""
from collections import Counter
from itertools import groupby

NO_REPLY = {"!close": "4.4.2", "!hang": "4.4.2"}


class Outbound:
    """Postfix as the sink's client: one session of the sink's record after the other."""

    def __init__(self, world, truth):
        self.world, self.truth = world, truth

    def add(self, kind, code, enhanced, domain, count=1):
        if code in NO_REPLY:
            code, enhanced = "-", NO_REPLY[code]
        self.truth[kind, "out", code, enhanced, domain] += count

    def fail(self, row, count, domain=None):
        """A reply that fails the whole transaction: on the last host an outcome for
        every recipient, before it one line without a recipient."""
        _, name, rank, stage, code, enhanced, _, shown = row
        last = rank == len(self.world.domains[name].hosts)
        soft = not code.startswith("5") or stage in ("connect", "helo", "starttls", "auth")
        if soft and not last:
            self.add("attempt", code, enhanced, "-")
        else:
            self.add("delivery", code, enhanced, domain or name, count)

    def session(self, rows):
        everyone = len(self.world.domains[rows[0][1]].recipients())
        probe = accepted = None
        for row in rows:
            _, name, rank, stage, code, enhanced, address, shown = row
            ok = code[0] == "2"
            if stage == "ehlo" and (code == "421" or code[0] == "!"):
                return self.fail(row, everyone)
            if stage in ("connect", "helo", "auth", "mail") and not ok:
                return self.fail(row, everyone)
            if stage == "mail":
                accepted, refused = [], 0
                probe = address.startswith("double-bounce@")
            elif stage == "rcpt":
                self.recipient(row, accepted, probe)
            elif stage == "data" and code[0] != "3":
                self.outcome(row, accepted)
                accepted = []
            elif stage == "data-end":
                self.outcome(row, accepted)
                accepted = []

    def recipient(self, row, accepted, probe):
        _, name, rank, stage, code, enhanced, address, shown = row
        domain = address.rpartition("@")[2].lower()
        last = rank == len(self.world.domains[name].hosts)
        if code[0] == "2" and not probe:
            accepted.append(domain)
        elif probe:
            self.add("probe", code, enhanced, domain)
        elif code[0] != "5" and not last:
            self.add("attempt", code, enhanced, shown)
        else:
            self.add("delivery", code, enhanced, domain)

    def outcome(self, row, accepted):
        _, name, rank, stage, code, enhanced, _, _ = row
        last = rank == len(self.world.domains[name].hosts)
        if code[0] in "25" or last:
            for domain in accepted:
                self.add("delivery", code, enhanced, domain)
        elif accepted:
            self.add("attempt", code, enhanced, "-")


def inbound(rows, truth):
    """Postfix as a server: its refusals, and the messages that got a queue id."""
    recipient, taken = "-", False
    for _, script, source, stage, code, enhanced, address, remark in rows:
        if stage == "mail":
            recipient, taken = "-", False
        if stage == "rcpt":
            recipient = address.rpartition("@")[2].lower() or "-"
            if code[0] == "2" and not taken:
                taken = True
                truth["accept", "hop" if source == "127.0.0.1" else "in", "250", "-", "-"] += 1
        if code[0] in "45" and not remark.startswith("unlogged"):
            truth["reject", "in", code, enhanced, recipient if stage in ("rcpt", "data", "data-end") else "-"] += 1


def derive(world, sink, client, expected):
    truth = Counter()
    outbound = Outbound(world, truth)
    for _, session in groupby(sorted(sink, key=lambda row: row[0]), key=lambda row: row[0]):
        outbound.session(list(session))
    inbound(client, truth)
    for event in expected:
        truth[tuple(event)] += 1
    return [(count, *event) for event, count in sorted(truth.items())]
