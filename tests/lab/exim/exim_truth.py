"""exim_truth.py - what Exim logs of what sink and client saw, by Exim's rules.
README.md explains them. SPDX-License-Identifier: MIT
"""
from collections import Counter
from itertools import groupby

SETUP = ("connect", "ehlo", "helo", "starttls", "auth", "mail")


def domain_of(address):
    return address.rpartition("@")[2].lower() or "-" if "@" in address else "-"


class Outbound:
    """Exim as the sink's client: one session of the sink's record after the other."""

    def __init__(self, world, truth, confirmed, forgets, repeats):
        self.world, self.truth, self.confirmed, self.forgets, self.repeats = world, truth, confirmed, forgets, repeats
        self.pending = {}               # recipients of a domain that are not settled yet

    def add(self, kind, code, enhanced, domain, count=1):
        if code[0] not in "2345":
            code, enhanced = "-", "-"
        self.truth[kind, self.direction, code, enhanced, domain] += count

    def session(self, rows):
        self.domain = self.world.domains[rows[0][1]]
        self.last = rows[0][2] == len(self.domain.hosts)
        self.lmtp = "lmtp" in self.domain.options
        self.direction = "local" if "socket" in self.domain.options else "out"
        if any(server == "exim" for server, _ in self.domain.expected) and self.domain.options.get("truth") == "rows":
            return
        self.left = self.pending.setdefault(self.domain.name, [])
        if not self.left:
            also = self.domain.options.get("also", "")
            self.left += self.domain.recipients() + [each for each in also.split(",") if each]
        self.tried = list(self.left)    # what this session has not asked for yet
        self.accepted, self.probe, self.first, self.some = [], False, None, False
        self.again, self.transactions = [], 0
        for row in rows:
            if self.step(*row[3:7]):
                break
        if self.transactions < 2:
            for refusal in self.again:
                self.add("delivery", *refusal)

    def step(self, stage, code, enhanced, address):
        """One reply; whether it ends the session."""
        if stage == "mail":
            self.probe, self.accepted, self.some = address == "-", [], False
            self.transactions += 1
        if self.probe and self.domain.options.get("phase") == "verify":
            return self.callout(stage, code, enhanced, address)
        if stage in SETUP:
            return self.setting_up(stage, code, enhanced)
        if stage == "rcpt":
            return self.recipient(code, enhanced, address)
        if stage == "data":
            return code[0] != "3" and self.transaction(stage, code, enhanced)
        if stage == "data-end":
            if self.lmtp:
                return self.settle(code, enhanced, [address])
            return self.transaction(stage, code, enhanced)
        return False

    def setting_up(self, stage, code, enhanced):
        """A refusal before RCPT is for all recipients."""
        if code[0] == "2" or (stage == "ehlo" and code[0] != "!" and not self.lmtp):
            return False                # HELO is tried
        if stage == "auth":
            return self.login(code, enhanced)
        if stage == "starttls" and code[0] != "!":
            if self.domain.options.get("via") != "encrypt":
                return False
            code = "-"                  # not shown
        permanent = code[0] == "5"
        if stage == "mail" and code[0] in "2345":
            self.decided(code, enhanced, permanent, self.last or permanent, attempt=not permanent)
        else:
            self.decided(code, enhanced, permanent and self.last, self.last, attempt=True)
        return True

    def login(self, code, enhanced):
        """With a 5yz the message goes on without AUTH, and the line has no colon."""
        if code[0] in "35":
            if code[0] == "5":
                self.add("attempt", code, enhanced, "-")
            must = self.domain.options.get("via") == "sasl_must"
            if must:
                self.decided("-", "-", False, self.last, attempt=False)
            return must
        self.decided(code, enhanced, False, self.last, attempt=True)
        return True

    def decided(self, code, enhanced, permanent, shown, attempt, whom=None):
        """A refusal for all that are left (or whom): a line of the host, and where
        no other host is left one of each recipient."""
        if attempt:
            self.add("attempt", *(self.first or (code, enhanced, "-")))
        if shown:
            for address in list(self.left if whom is None else whom):
                self.add("delivery", code, enhanced, domain_of(address))
                if permanent:
                    self.left.remove(address)

    def recipient(self, code, enhanced, address):
        """Exim asks again, in another transaction, for a recipient that got 452 after
        the others; only the second refusal is logged. Since 4.100 all that got 4yz are
        then asked for once more in another session, and only that is logged."""
        pipelining = "nopipelining" not in self.domain.options
        if code == "452" and self.some and pipelining:
            return False
        self.some = self.some or code[0] in "25"
        if code[0] == "2":
            self.accepted.append(address)
        elif code[0] == "5":
            self.first = self.first or address == self.tried[0] and (code, enhanced, domain_of(address)) or None
            self.settle(code, enhanced, [address])
        elif code[0] in "!-":
            # A line of the host shows what is known of the first recipient.
            self.decided(code, enhanced, False, self.last, attempt=code != "!hang")
            return True
        elif self.repeats and self.last:
            self.again.append((code, enhanced, domain_of(address)))
        else:
            self.add("delivery" if self.last else "attempt", code, enhanced, domain_of(address))
        return False

    def transaction(self, stage, code, enhanced):
        """The reply to DATA, or to the message."""
        if not self.accepted:
            return False
        if code[0] == "5" or (code[0] == "2" and stage == "data-end"):
            return self.settle(code, enhanced, self.accepted)
        if stage == "data" and code == "!close" and self.forgets:
            self.left.clear()           # Exim takes the message as done, and logs nothing
            return True
        self.first = None
        self.decided(code, enhanced, False, self.last, attempt=True, whom=self.accepted)
        return True

    def settle(self, code, enhanced, addresses):
        if code[0] == "2" and not self.confirmed:
            # Where C= is not logged, any 2yz is shown as a delivery only.
            code, enhanced = "-" if self.direction == "local" else "250", "-"
        for address in list(addresses):
            self.add("delivery", code, enhanced, domain_of(address))
            if code[0] in "25" and address in self.left:
                self.left.remove(address)
        if addresses is self.accepted:
            self.accepted = []
        return False

    def callout(self, stage, code, enhanced, address):
        """The answer to a callout; that to a recipient's stands in the refusal."""
        if code[0] == "2":
            return False
        self.add("probe", code, enhanced, self.domain.name.lower())
        return True


# Refusals that are no line of the rejectlog: time ran out, no room, control = fakereject,
# one recipient of PRDR.
MAINLOG_ONLY = {"timeout", "timeout-data", "too-many-connections-1", "too-many-connections-2", "fake", "prdr"}


def inbound(rows, truth, selected, twice):
    """Exim as a server: its refusals, and the messages that it took."""
    recipient = "-"
    for _, script, source, stage, code, enhanced, address, remark in rows:
        if stage == "mail":
            recipient = "-"
        if stage in ("rcpt", "vrfy"):
            recipient = domain_of(address)
        if stage == "data-end" and code[0] == "2" and address == "-":
            truth["accept", "hop" if source == "127.0.0.1" else "in", "250", "-", "-"] += 1
        if code[0] in "45" and not remark.startswith("~"):
            # With PRDR each recipient has a reply to the message.
            domain = recipient if stage in ("rcpt", "vrfy") else domain_of(address) if stage == "data-end" else "-"
            if remark.startswith("? "):
                if remark.split()[1] not in selected:
                    continue
                domain = "-"            # the command is quoted, not understood
            elif remark.startswith("also "):
                if remark.split()[1] in selected:
                    truth["echo", "in", code, "-", "-"] += 1
            elif remark.startswith("as "):
                code, enhanced, domain = remark.split()[1:4]
            truth["reject", "in", code, enhanced, domain] += 1
            if twice and script not in MAINLOG_ONLY:
                truth["echo", "in", code, enhanced, domain] += 1


def say_again(truth):
    """What else stands in the rejectlog: callouts, VRFY, what is no event of its own, recipients that were discarded."""
    for event, count in list(truth.items()):
        if event[0] in ("probe", "reject", "echo") or event[:2] == ("disposed", "in"):
            truth[("echo",) + event[1:]] += count


def derive(world, sink, client, expected, selected=("smtp_confirmation",), version=(4, 98), twice=False):
    truth = Counter()
    outbound = Outbound(world, truth, "smtp_confirmation" in selected, forgets=version >= (4, 98), repeats=version >= (4, 100))
    for _, session in groupby(sink, key=lambda row: row[0]):
        outbound.session(list(session))
    for event in expected:
        truth[tuple(event)] += 1
    if twice:
        say_again(truth)
    inbound(client, truth, selected, twice)
    return [(count, *event) for event, count in sorted(truth.items())]
