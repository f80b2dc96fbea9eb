"""sendmail_truth.py - what Sendmail logs of what sink and client saw, by the rules of
its usersmtp.c and deliver.c; README.md explains them. SPDX-License-Identifier: MIT
"""
from collections import Counter
from itertools import groupby

from sink import ENHANCED


class Outbound:
    """Sendmail as the sink's client: one session of the sink's record after the other."""

    def __init__(self, world, truth):
        self.world, self.truth = world, truth
        self.left = {}                  # recipients that no answer has settled yet

    def add(self, code, enhanced, address):
        self.truth["delivery", self.direction, code, enhanced, address.rpartition("@")[2].lower()] += 1

    def first_line(self, stage, code, enhanced, address):
        """The enhanced code of a reply's first line, which alone is logged."""
        local = address.rpartition("@")[0]
        for key in ((stage, local), (stage, None)):
            for text in self.host.replies.get(key, ()):
                lines = text.encode().split(b"\n")
                lines = lines[next((at for at, line in enumerate(lines) if line[:3].isdigit()), 0):]
                if len(lines) > 1 and lines[0][:3].decode() == code:
                    found = ENHANCED.match(lines[0])
                    return found.group(1).decode() if found else "-"
        return enhanced

    def session(self, rows):
        self.domain = self.world.domains[rows[0][1]]
        self.host = self.domain.hosts[rows[0][2] - 1]
        self.last = rows[0][2] == len(self.domain.hosts)
        self.direction = "local" if "lmtp" in self.domain.options else "out"
        if self.domain.name not in self.left or not self.left[self.domain.name]:
            also = [address for address in self.domain.options.get("also", "").split(",") if address]
            self.left[self.domain.name] = set(self.domain.recipients() + also)
        self.pending, self.refused, self.esmtp = [], None, True
        self.failed = set()             # deferred by this host
        self.saved = []                 # taken by LMTP
        if self.domain.options.get("truth") == "rows":
            return
        for row in rows:
            if self.step(*row[3:7]):
                return

    def step(self, stage, code, enhanced, address):
        """One reply; whether it ends the session."""
        wire = enhanced
        if code[0] in "45":
            enhanced = self.first_line(stage, code, enhanced, address)
            self.refused = code, enhanced       # reply= is the latest refusal
        return getattr(self, stage.replace("-", "_"), self.other)(code, enhanced, wire, address) or False

    def other(self, code, enhanced, wire, address):
        pass

    # Until MAIL everything concerns the host: the next one is tried, without a word.
    def no_session(self, code, enhanced):
        if self.last:
            for address in self.left[self.domain.name]:
                self.add(*(self.refused or (code, enhanced)), address)
        return True

    def connect(self, code, enhanced, wire, address):
        if code[0] in "!-":
            return self.no_session("-", "4.4.2")
        if code[0] == "3":
            return self.no_session("554", "5.5.0")
        return code[0] != "2" and self.no_session(code, enhanced)

    def ehlo(self, code, enhanced, wire, address):
        if code[0] in "!-":
            return self.no_session("-", "4.4.2")
        if code[0] == "5" and self.direction == "out":
            self.esmtp = False
            return False
        return code[0] != "2" and self.no_session("-", "4.5.0")

    def helo(self, code, enhanced, wire, address):
        return self.ehlo(code, enhanced, wire, address) or (code[0] == "5" and self.no_session(code, enhanced))

    def starttls(self, code, enhanced, wire, address):
        if code == "220":
            return False
        if code == "421" and self.domain.options.get("via") != "encrypt":
            return self.no_session(code, enhanced)
        if code[0] in "!-":
            return self.no_session("-", "4.0.0")
        if code[0] in "23" or self.domain.options.get("via") == "encrypt":
            self.truth["echo", "out", "454", "4.7.0", "-"] += 1
            return self.no_session("-", "4.7.0")

    def auth(self, code, enhanced, wire, address):
        if code[0] in "!-":
            return self.no_session("-", "4.4.2")
        if code[0] == "4" or (code[0] == "2" and code != "235"):
            return self.no_session("-", "4.3.0")

    def mail(self, code, enhanced, wire, address):
        self.pending = []
        if code[0] == "2":
            return False
        if code[0] in "!-":
            result = "-", "4.4.2"
        elif code[0] == "3":
            result = "-", "5.5.1"
        else:
            result = code, enhanced
        if code[0] in "4!-" and not self.last:
            return True
        for address in self.left[self.domain.name]:
            self.add(*result, address)
        if code[0] == "5":
            self.left[self.domain.name] = set()
        return True

    def rcpt(self, code, enhanced, wire, address):
        left = self.left[self.domain.name]
        if code[0] == "2":
            self.pending.append(address)
            return False
        if code[0] in "!-":
            return self.deferred(left, *(self.refused or ("-", "4.4.2")))
        if code[0] not in "2345":
            self.add("-", "5.0.0", address)
        else:
            self.add(code, enhanced, address)
        if code[0] == "4":
            self.failed.add(address)
        else:
            left.discard(address)
        if code == "421":
            return self.deferred(left, code, enhanced)

    def deferred(self, left, *result):
        """The connection is lost: everyone who is left waits."""
        for each in left - self.failed:
            self.add(*result, each)
        return True

    def data(self, code, enhanced, wire, address):
        if code[0] == "3" or not self.pending:
            return False
        if code[0] == "2":
            return self.all_pending(code, "-", wire if wire[0] == "2" else "5.5.1")
        if code[0] in "!-":
            return self.all_pending(code, "-", "4.4.2")
        return self.all_pending(code, code, enhanced)

    def all_pending(self, code, *result):
        if code[0] in "4!-" and not self.last:
            return True
        for each in self.pending:
            self.add(*result, each)
            if code[0] in "25":
                self.left[self.domain.name].discard(each)
        self.pending = []

    def data_end(self, code, enhanced, wire, address):
        own = wire if wire[0] == "2" and self.esmtp else "2.0.0"
        if self.direction == "local":
            return self.lmtp(code, enhanced, wire, address)
        if code[0] == "2":
            return self.all_pending(code, "250", own)
        if code[0] in "!-":
            return self.all_pending(code, "-", "4.4.2")
        if code[0] == "3":
            return self.all_pending("5", "-", "5.0.0")
        return self.all_pending(code, code, enhanced)

    def lmtp(self, code, enhanced, wire, address):
        """A reply for each recipient. Those that were taken come last and without a text,
        and the dsn= of all of them is that of the last reply: a refusal's tells nothing."""
        left = self.left[self.domain.name]
        if code[0] == "2":
            self.saved.append(address)
        else:
            self.add(code, enhanced, address)
        if code[0] != "4":
            left.discard(address)
        behind = self.pending[self.pending.index(address) + 1:]
        if code == "421":
            for each in behind:
                self.add(code, enhanced, each)
        if code == "421" or not behind:
            for each in self.saved:
                self.add("-", "2.0.0" if wire == "-" else wire if wire[0] == "2" else "-", each)
            self.saved = []
        return code == "421"


def domain_of(address):
    return address.rpartition("@")[2].lower() if "@" in address else "-"


def inbound(rows, truth):
    """Sendmail as a server: what it refused, and the messages of which it read content
    - it logs from= and the size before it decides. A message that is refused then is
    told of once more for each recipient."""
    taken = []
    for _, _, _, stage, code, enhanced, address, remark in rows:
        if stage in ("connect", "mail"):
            taken = []
        if stage == "rcpt" and code[0] == "2":
            taken.append(domain_of(address))
        if stage == "data" and code == "354":
            truth["accept", "in", "250", "-", "-"] += 1
        if stage == "data-end" and code[0] in "45":
            for domain in taken:
                truth["echo", "in", "-", "-", domain] += 1
        if stage == "vrfy" and code == "252":
            truth["reject", "in", code, enhanced, "-"] += 1
        if code[0] in "45" and not remark.startswith("~"):
            domain = domain_of(address) if stage == "rcpt" else "-"
            if remark.startswith("as "):
                code, enhanced, domain = remark.split()[1:4]
            truth["reject", "in", code, enhanced, domain] += 1


def derive(world, sink, client, expected, level=9):
    truth = Counter()
    outbound = Outbound(world, truth)
    for _, session in groupby(sink, key=lambda row: row[0]):
        outbound.session(list(session))
    inbound(client, truth)
    if level >= 15:
        for _, _, _, _, code, enhanced, *_ in client:
            truth["dialogue", "in", code, enhanced, "-"] += 1
    for event in expected:
        truth[tuple(event)] += 1
    return [(count, *event) for event, count in sorted(truth.items())]
