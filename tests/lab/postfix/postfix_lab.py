"""postfix_lab.py - sets Postfix up and drives it. SPDX-License-Identifier: MIT"""
import asyncio
import glob
import os
import shutil

import milter
import policy
import script
from client import submit
from content import Filter
from lab import Run, during, shell, until
from scenario import CODES
import postfix_truth

MESSAGE = "From: Lee <lee@sender.example>\nTo: Kim\nSubject: a message\n\nText."
FEW = ("sender", "mixed", "two-rcpt", "connect-421", "helo-550", "eom-dsn-552", "auth-535", "must-454", "lmtp-few", "tls", "close-data")
FULL = ("lmtp-full", "lmtp-full-all", "socket-full")
EVERY_FORMAT = "trixie"                 # the suite that is recorded in full
OURS = "192.0.2.7"                      # a client in mynetworks


def busy():
    """Queue files that Postfix works on."""
    return sum(len(glob.glob(f"/var/spool/postfix/{queue}/*")) for queue in ("maildrop", "incoming", "active"))


async def quiet(seconds=120):
    """Wait until Postfix has tried everything."""
    await asyncio.sleep(0.3)
    if not await until(lambda: not busy(), seconds):
        raise RuntimeError(await during("postqueue -p"))
    await asyncio.sleep(0.3)


def table(name, rows):
    with open(f"/etc/postfix/{name}", "w") as out:
        for key, value in rows:
            print(key, value, file=out)


def transports(world):
    for domain in world.domains.values():
        via = domain.options.get("via")
        if via == "hub":
            yield domain.name.lower(), "smtp:[mx1.hub.example]"
        elif via == "socket":
            yield domain.name.lower(), f"socket:unix:{domain.hosts[0].address}"
        elif via == "lmtp":
            yield domain.name.lower(), f"lmtp:inet:{domain.hosts[0].name}:24"
        elif via:
            yield domain.name.lower(), f"{via}:"
    yield from (("pipe.example", "pipe:"), ("later.example", "later:"), ("discard.example", "discard:"), ("error.example", "error:5.1.2 No mail for this domain"))


def prepare(world):
    """Configuration files, and what they name."""
    for name in ("main.cf", "master.cf"):
        shutil.copy(f"/lab/postfix/{name}", f"/etc/postfix/{name}")
    table("transport", transports(world))
    refusals = [code for code in CODES if code >= 400]
    table("rcpt", [(f"c{code}@access.example", f"{code} {code // 100}.7.1 Refused by a map") for code in refusals] +
          [(f"d{code}@access.example", f"{code} Refused by a map without an enhanced code") for code in refusals] +
          [("discarded@example.org", "DISCARD by a map"), ("held@example.org", "HOLD by a map"), ("redirected@example.org", "REDIRECT pat@example.org")])
    table("helo", [(f"h{code}.example.net", f"{code} {code // 100}.7.1 Not under this name") for code in refusals])
    table("mail", [(f"c{code}@sender.example.net", f"{code} {code // 100}.1.8 Not from this sender") for code in refusals])
    table("data", [(f"data{code}@example.net", f"{code} {code // 100}.7.0 No data from this sender") for code in refusals])
    table("eom", [(f"eom{code}@example.net", f"{code} {code // 100}.6.0 No message from this sender") for code in refusals])
    table("screened", [("203.0.113.46/32", "reject")])
    table("clients", [("203.0.113.11/32", "554 5.7.1 Not from here"), ("203.0.113.12/32", "421 4.7.0 Not now"), ("203.0.113.13/32", "450 4.7.1 Not yet")])
    table("users", [(user, "x") for user in ("kim", "pat", "warned", "discarded", "held", "redirected", "command", "failing", "later", "forwarded", "erring",
                              "reject", "tempfail", "reply451", "reply571")])
    table("aliases", [("warned", "kim"), ("command", '"|/bin/echo 550 5.1.1 no such thing"'), ("failing", '"|exit 67"'), ("later", '"|exit 75"'), ("forwarded", "kim"), ("erring", "kim@error.example")])
    table("virtual", [("kim@virtual.example", "kim/")])
    table("relayed", [("kim@relay.example", "x")] + [(f"{letter}{code}@access.example", "x") for code in refusals for letter in "cd"])
    table("headers", [("/^Subject: refuse-me/", "REJECT 5.7.1 Refused by its subject"), ("/^Subject: code-me/", "REJECT 4.7.1 Not now"),
                      ("/^Subject: warn-me/", "WARN 550 is only a warning"), ("/^Subject: discard-me/", "DISCARD"), ("/^Subject: hold-me/", "HOLD"),
                      ("/^Subject: redirect-me/", "REDIRECT pat@example.org")])
    table("replies", [("/^450(.*)$/", "550$1"), ("/^250 2.0.0 Ok: queued as (.*)$/", "250 2.0.0 Ok: kept as $1")])
    table("body", [("/^refuse-this/", "REJECT")])
    os.makedirs("/etc/postfix/sasl", exist_ok=True)
    table("sasl/smtpd.conf", [("pwcheck_method:", "auxprop"), ("auxprop_plugin:", "sasldb"), ("mech_list:", "PLAIN LOGIN CRAM-MD5")])
    table("sasl/down.conf", [("pwcheck_method:", "saslauthd"), ("mech_list:", "PLAIN LOGIN")])
    shell("useradd -m kim; useradd -m pat; echo word | saslpasswd2 -p -c -u mx1.example.org kim; chmod 644 /etc/sasldb2; "
          "mkdir -p /var/mail/v; chown kim /var/mail/v; chmod 644 /etc/lab.key")
    world.add_host("mx1.example.org", "192.0.2.1")
    world.zone.add("example.org", "MX", (10, "mx1.example.org"))
    world.zone.add("41.113.0.203.dnsbl.example", "A", "127.0.0.2")
    world.zone.add("41.113.0.203.dnsbl.example", "TXT", "Listed: 550 5.7.1 status=sent")
    world.zone.fail("nowhere.nxdomain.example", "nxdomain")
    for name, address in (("client.example.org", OURS), ("mail.example.net", "203.0.113.7"), ("status-sent.p550.example.net", "203.0.113.66"),
                          ("reject.milter.example.net", "203.0.113.30"), ("tempfail.milter.example.net", "203.0.113.32"),
                          ("reply421.milter.example.net", "203.0.113.33")):
        world.add_host(name, address)


async def deliver(run, domains, sender="lee@sender.example"):
    """Make Postfix a client of the sink: a message for each domain."""
    for domain in domains:
        for _ in range(int(domain.options.get("times", 1))):
            recipients = domain.recipients() + [also for also in domain.options.get("also", "").split(",") if also]
            await submit(run.client, OURS, sender, recipients, MESSAGE)
            if "times" in domain.options:
                await quiet()
        run.expected += [event for server, event in domain.expected if server == "postfix"]


async def retries(run, domains):
    """What is deferred is tried again soon, and given up soon."""
    await during("postsuper -d ALL deferred; postconf -e minimal_backoff_time=2s maximal_backoff_time=2s queue_run_delay=1s "
                 "maximal_queue_lifetime=9s bounce_queue_lifetime=9s; postfix reload")
    await asyncio.sleep(1)
    await deliver(run, domains)
    if not await until(lambda: not busy() and not glob.glob("/var/spool/postfix/deferred/*/*")):
        raise RuntimeError(await during("postqueue -p"))


async def forced(run, domains):
    """The operator gives up what is deferred."""
    await during("postconf -e minimal_backoff_time=1000s queue_run_delay=1000s maximal_queue_lifetime=1d; postfix reload")
    await asyncio.sleep(1)
    await deliver(run, domains)
    await quiet()
    await during("postsuper -e ALL deferred; postqueue -f")
    await asyncio.sleep(1)
    await quiet()


async def finish(run, content):
    await during("postfix stop")
    # Handing over to the filter is a hop where it worked, and a delivery where not.
    run.expected += [("delivery", "hop" if code[0] == "2" else "out", code, enhanced, domain) for code, enhanced, domain in content.rows]
    content.rows = []
    await run.finish(postfix_truth.derive, verbose=run.name.endswith("verbose"))
    await during("postsuper -d ALL")


async def everything(lab, content, name):
    """All of the tables, through syslog."""
    domains = lab.world.domains.values()
    formats = ("traditional", "rfc3339", "rfc5424", "rfc5424-slash") if lab.suite == EVERY_FORMAT else ("traditional",)
    run = content.run = Run(lab, name, formats)
    await run.listening()
    await during("postfix start")
    await deliver(run, [domain for domain in domains if "phase" not in domain.options])
    await quiet()
    await script.play(run, "/lab/postfix/in.txt")
    await quiet()
    await retries(run, [domain for domain in domains if domain.options.get("phase") == "retry"])
    await forced(run, [domain for domain in domains if domain.options.get("phase") == "forced"])
    await finish(run, content)


async def repeats(lab, content, name):
    """Equal lines in a row, which rsyslog makes one."""
    run = content.run = Run(lab, name, ("traditional",), "$RepeatedMsgReduction on\n")
    await run.listening()
    await during("postfix start")
    await script.play(run, "/lab/postfix/repeats.txt")
    await quiet()
    await finish(run, content)


async def few(lab, content, name, formats, settings):
    """A part of the tables, with other settings for the log."""
    run = content.run = Run(lab, name, formats)
    await run.listening()
    await during(f"postconf -e {settings}; postfix start")
    await deliver(run, [lab.world.domains[domain + ".example"] for domain in FEW])
    await quiet()
    await script.play(run, "/lab/postfix/few.txt")
    await quiet()
    if not formats:
        shutil.copy("/var/log/postfix.log", f"{run.out}/postlogd.log")
    await finish(run, content)


async def utf8(lab, content, name):
    """Addresses in other alphabets; and mailboxes that are full."""
    run = content.run = Run(lab, name, ("traditional", "rfc5424"))
    await run.listening()
    await during("postconf -e smtputf8_enable=yes; postfix start")
    domains = lab.world.domains
    await deliver(run, [domain for domain in domains.values() if domain.options.get("phase") == "utf8"], "отправитель@sender-utf8.example")
    await deliver(run, [domains[domain + ".example"] for domain in FULL])
    await quiet()
    await script.play(run, "/lab/postfix/utf8.txt")
    await quiet()
    await finish(run, content)


async def overload(lab, content, name):
    """Too many clients, too little room."""
    run = content.run = Run(lab, name, ("traditional", "rfc5424"))
    await run.listening()
    await during("postfix start")
    await script.play(run, "/lab/postfix/overload.txt")
    run.kept = []
    for number in range(11):            # one more than postscreen examines at once
        session = script.Session(f"screened-{number}", 2523, f"203.0.113.{60 + number}")
        session.lines = [".early", ".keep"]
        await script.hold(run, session)
    for client in run.kept:
        await client.reply("connect")
        await client.close()
    await quiet()
    await finish(run, content)


async def record(lab):
    prepare(lab.world)
    await milter.serve()
    await policy.serve()
    content = Filter()
    await content.serve()
    name = "postfix-" + ".".join((await during("postconf -h mail_version")).split(".")[:2])
    await everything(lab, content, name)
    if lab.suite != EVERY_FORMAT:
        return
    shutil.copy("/lab/postfix/main.cf", "/etc/postfix/main.cf")
    await repeats(lab, content, name + "-repeated")
    await overload(lab, content, name + "-overload")
    await utf8(lab, content, name + "-utf8")
    shutil.copy("/lab/postfix/main.cf", "/etc/postfix/main.cf")
    await few(lab, content, name + "-postlogd", (), "maillog_file=/var/log/postfix.log enable_long_queue_ids=yes")
    await during("sed -i -E '/[[:space:]](smtpd?|lmtp|cleanup|qmgr)$/s/$/ -v/' /etc/postfix/master.cf; postconf -# maillog_file")
    await few(lab, content, name + "-verbose", ("traditional", "rfc5424"), "syslog_name=mta-out smtp_tls_loglevel=2 smtpd_tls_loglevel=2")
