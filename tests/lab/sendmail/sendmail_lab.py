"""sendmail_lab.py - sets Sendmail up and drives it. SPDX-License-Identifier: MIT"""
import asyncio
import glob

import milter
import script
from client import submit
from lab import Run, during, load, shell, until
from scenario import CODES
import sendmail_truth

MESSAGE = "From: Lee <lee@sender.example>\nTo: Kim\nSubject: a message\n\nText."
FEW = ("sender", "mixed", "two-rcpt", "two-connect", "connect-421", "helo-550", "eom-dsn-552", "auth-535", "must-454", "lmtp-few", "tls",
       "close-data", "rcpt-dsn", "hostile")
NOT_OURS = ("socket", "saslcache", "filtered", "soft", "cached", "suspend", "final", "verifytls")   # transports of Postfix only
SKIPPED = ("mixed-close",)              # a reply that a reset connection may take with it
EVERY_FORMAT = "trixie"
OURS = "192.0.2.7"                      # a client that may relay
SENDMAIL = "/usr/sbin/sendmail"
QUEUE = "/var/spool/mqueue"
ALIASES = [
    ("postmaster", "root"), ("mailer-daemon", "root"), ("forwarded", "kim"), ("erring", "kim@error.example"), ("file", "/var/tmp/archive"),
    ("command", '"|/bin/echo 550 5.1.1 no such thing"'), ("failing", '"|exit 67"'), ("later", '"|exit 75"'), ("odd", '"|exit 3"'),
    ("list", "kim, pat, nobody-here, kim@sender.example"), ("owner-list", "pat"), ("loop", "loop2"), ("loop2", "loop"),
] + [(name, "kim") for name in ("held", "discarded", "rejected", "kim+1", "reject", "tempfail", "reply451", "reply571")]
SASL = "pwcheck_method: auxprop\\nauxprop_plugin: sasldb\\nmech_list: PLAIN LOGIN CRAM-MD5\\n"
# Sendmail trusts nothing that others may write, and no key that they may read.
PREPARE = [f"useradd -m {user}" for user in ("kim", "pat", "compat", "compat-later", "compat-discard")] + [
    "mkdir -p /usr/lib/sasl2 /etc/sasl2 /var/mail",
    f"printf '{SASL}' | tee /usr/lib/sasl2/Sendmail.conf /etc/sasl2/Sendmail.conf >/etc/mail/sasl/Sendmail.conf",
    "echo word | saslpasswd2 -p -c -u mx1.example.org kim", "chgrp smmsp /etc/sasldb2", "chmod 640 /etc/sasldb2 /etc/aliases",
    "chmod 600 /etc/lab.key /etc/mail/access /etc/mail/access.db", "rm -f /etc/mail/aliases.db", "chown root:mail /var/mail",
    "chown root /etc/mail", "chmod 755 /etc/mail", "chown root:root /var/spool/mqueue", "chmod 700 /var/spool/mqueue",
    "chown smmsp:smmsp /var/spool/mqueue-client", "chmod 770 /var/spool/mqueue-client",
]
PID = "/run/sendmail.pid"


def table(name, rows):
    with open(f"/etc/mail/{name}", "w") as out:
        for key, value in rows:
            print(key, value, sep="\t", file=out)
    shell(f"makemap hash /etc/mail/{name} < /etc/mail/{name}")


def working():
    """Whether Sendmail has other processes than its daemon."""
    with open(PID) as file:
        daemon = file.readline().strip()
    for path in glob.glob("/proc/[0-9]*/stat"):
        try:
            with open(path) as file:
                pid, name, state = file.read().split()[:3]
            if name == "(sendmail)" and state != "Z" and pid != daemon:
                return True
        except OSError:
            continue
    return False


async def quiet(seconds=120):
    """Wait until Sendmail has tried everything."""
    await asyncio.sleep(0.3)
    if not await until(lambda: not working(), seconds):
        raise RuntimeError(await during("ps ax; ls /var/spool/mqueue"))


def transports(world):
    for domain in world.domains.values():
        via = domain.options.get("via")
        if via == "hub":
            yield domain.name.lower(), "esmtp:[mx1.hub.example]"
        elif via == "lmtp":
            yield domain.name.lower(), f"lmtp:{domain.hosts[0].name}"
    yield from (("error.example", "error:5.1.2:553 No mail for this domain"), ("later.example", "expensive:mx1.later.example"),
                ("odd-error.example", "error:nohost no such host, 550 they say"))


def access(world):
    refusals = [code for code in CODES if code >= 400]
    for code in refusals:
        x = code // 100
        yield f"To:c{code}@access.example", f"ERROR:{x}.7.1:{code} Refused by a map"
        yield f"To:d{code}@access.example", f"{code} Refused without an enhanced code"
        yield f"From:c{code}@sender.example.net", f"ERROR:{x}.1.8:{code} Not from this sender"
        yield f"From:d{code}@sender.example.net", f"{code} Not from this sender"
    yield from (("Connect:192.0.2.7", "RELAY"), ("Connect:127.0.0.1", "RELAY"), ("To:access.example", "RELAY"),
                ("Connect:203.0.113.11", "ERROR:5.7.1:554 Not from here"), ("Connect:203.0.113.12", "ERROR:4.7.0:421 Not now"),
                ("Connect:203.0.113.13", "ERROR:4.7.1:450 Not yet"), ("Connect:203.0.113.14", "REJECT"), ("Connect:203.0.113.15", "DISCARD"),
                ("Connect:203.0.113.16", "QUARANTINE:from a bad place"),
                ("To:rejected@example.org", "REJECT"), ("To:discarded@example.org", "DISCARD"),
                ("To:held@example.org", "QUARANTINE:550 5.7.1 held, see"),
                ("From:rejected@example.net", "REJECT"), ("From:discarded@example.net", "DISCARD"),
                ("From:held@example.net", "QUARANTINE:held, stat=Sent (ok)"),
                ("GreetPause:203.0.113.42", "2000"), ("GreetPause:203.0.113", "0"),
                ("ClientRate:203.0.113.21", "2"), ("ClientRate:", "0"), ("ClientConn:203.0.113.26", "1"), ("ClientConn:", "0"),
                ("TLS_Clt:203.0.113.8", "VERIFY"), ("Srv_Features:", "v"), ("AuthInfo:", '"U:lee" "P:word" "M:PLAIN"'))
    for domain in world.domains.values():
        if domain.options.get("via") == "encrypt":
            for host in domain.hosts:
                yield f"TLS_Srv:{host.name}", "ENCR:112"


def rulings():
    for code in (code for code in CODES if code >= 400):
        yield f"Data:data{code}@example.net", f"ERROR:{code // 100}.7.0:{code} No data from this sender"
        yield f"Eom:eom{code}@example.net", f"ERROR:{code // 100}.6.0:{code} No message from this sender"
        yield f"Data:plain{code}@example.net", f"ERROR:{code} No data from this sender"
    yield from (("Data:discard@example.net", "DISCARD"), ("Eom:discard-eom@example.net", "DISCARD"),
                ("Eom:hold@example.net", "QUARANTINE:held at the end"),
                ("Compat:compat@example.org", "ERROR:5.7.1:553 Not between these two"),
                ("Compat:compat-later@example.org", "ERROR:4.7.1:451 Not between these two now"),
                ("Compat:compat-discard@example.org", "DISCARD"))


def configure(level, lmtp=True, retry=False, more=""):
    flags = f"-DLAB_LEVEL={level} {more}" + (" -DLAB_LMTP" if lmtp else "") + (" -DLAB_RETRY" if retry else "")
    shell(f"m4 {flags} /lab/sendmail/sendmail.mc > /etc/mail/sendmail.cf")


def prepare(world):
    """Maps, users, names."""
    table("access", access(world))
    # $&f has no brackets, the arguments of check_compat have.
    table("data", [row for key, value in rulings() for row in ((key, value), (key.replace(":", ":<", 1) + ">", value))])
    table("mailertable", transports(world))
    table("virtusertable", [("kim@virtual.example", "kim"), ("@virtual.example", "error:5.1.1:550 No such virtual user, 421"),
                            ("soft@virtual2.example", "error:tempfail 451 later")])
    with open("/etc/mail/local-host-names", "w") as out:
        print("example.org", "virtual.example", "virtual2.example", sep="\n", file=out)
    with open("/etc/aliases", "w") as out:
        for name, what in ALIASES:
            print(f"{name}: {what}", file=out)
    shell("; ".join(PREPARE), check=False)
    world.add_host("mx1.example.org", "192.0.2.1")
    world.zone.add("example.org", "MX", (10, "mx1.example.org"))
    world.zone.add("41.113.0.203.dnsbl.example", "A", "127.0.0.2")
    world.zone.add("44.113.0.203.soft.example", "A", "127.0.0.2")
    world.zone.fail("45.113.0.203.soft.example", "servfail")
    world.zone.fail("nowhere.nxdomain.example", "nxdomain")
    world.zone.fail("nowhere.servfail.example", "servfail")
    for name, address in (("client.example.org", OURS), ("mail.example.net", "203.0.113.7"), ("stat-sent.p550.example.net", "203.0.113.66"),
                          ("reject.milter.example.net", "203.0.113.30"), ("tempfail.milter.example.net", "203.0.113.32"),
                          ("reply421.milter.example.net", "203.0.113.33"), ("reply554.milter.example.net", "203.0.113.34"),
                          ("early.example.net", "203.0.113.42")):
        world.add_host(name, address)


async def start(*more):
    await during(f"{SENDMAIL} -bd {' '.join(more)}")
    await asyncio.sleep(1)


async def stop():
    await during(f"kill -TERM $(head -n 1 {PID})", False)
    await asyncio.sleep(0.5)


async def deliver(run, domains):
    """Make Sendmail a client of the sink: a message for each domain."""
    for domain in domains:
        if domain.options.get("via") in NOT_OURS or domain.name.removesuffix(".example") in SKIPPED:
            continue
        for _ in range(int(domain.options.get("times", 1))):
            recipients = domain.recipients() + [also for also in domain.options.get("also", "").split(",") if also]
            await submit(run.client, OURS, "lee@sender.example", recipients, MESSAGE)
        run.expected += [event for server, event in domain.expected if server == "sendmail"]


async def local(run):
    """What the command hands in: through the MSP, a hop to the MTA; a refusal there is final."""
    for recipient, code, enhanced in (("pat@example.org", "250", "2.0.0"), ("kim@sender.example", "250", "2.0.0"),
                                      ("nosuch@example.org", "550", "5.1.1")):
        await during(f"printf 'Subject: from here\\n\\nText\\n' | runuser -u kim -- {SENDMAIL} -Ac -odi {recipient}", False)
        await quiet()
        taken = code == "250"
        run.expected.append(("delivery", "hop" if taken else "out", code, enhanced, recipient.rpartition("@")[2]))
        run.expected.append(("accept", "hop", "250", "-", "-") if taken else ("reject", "in", code, enhanced, "example.org"))
    run.expected.append(("delivery", "local", "-", "2.1.5", "example.org"))


async def everything(lab, name):
    domains = lab.world.domains.values()
    run = Run(lab, name, ("traditional", "rfc3339", "rfc5424") if lab.suite == EVERY_FORMAT else ("traditional",))
    await run.listening()
    await start()
    await deliver(run, [domain for domain in domains if "phase" not in domain.options])
    await quiet()
    await script.play(run, "/lab/sendmail/in.txt")
    await quiet()
    await local(run)
    await stop()
    await run.finish(sendmail_truth.derive)
    shell(f"rm -rf {QUEUE}/*")


async def retries(lab, name):
    """What is deferred is tried again soon, and given up soon."""
    configure(9, retry=True)
    run = Run(lab, name, ("traditional",))
    await run.listening()
    await start("-q1s")
    await deliver(run, [domain for domain in lab.world.domains.values() if domain.options.get("phase") == "retry"])
    if not await until(lambda: not glob.glob(f"{QUEUE}/qf*")):
        raise RuntimeError(await during("ls /var/spool/mqueue"))
    await stop()
    await run.finish(sendmail_truth.derive)


async def few(lab, name, level):
    """A part of the tables, at another LogLevel, with a local mailer that tells by its exit code."""
    configure(level, lmtp=False)
    run = Run(lab, name, ("traditional", "rfc3339", "rfc5424"))
    await run.listening()
    await start()
    await deliver(run, [lab.world.domains[domain + ".example"] for domain in FEW])
    await quiet()
    await script.play(run, "/lab/sendmail/few.txt")
    await quiet()
    await stop()
    await run.finish(sendmail_truth.derive, level=level)
    shell(f"rm -rf {QUEUE}/*")


async def loaded(lab, name):
    """What Sendmail does where there is too much to do, or no room. It looks at the load
    every few seconds, and then closes its port."""
    run = Run(lab, name, ("traditional", "rfc5424"))
    await run.listening()
    configure(9, more="-DLAB_LOAD")
    load(1)
    await start()
    average = 1
    for session in script.read("/lab/sendmail/loaded.txt"):
        if average != float(session.name.split("-")[1]):
            average = float(session.name.split("-")[1])
            load(average)
            await asyncio.sleep(16)
        try:
            await script.hold(run, session)
        except ConnectionRefusedError:
            pass                        # no reply, then
    for client in run.kept:
        await client.close()
    run.kept = []
    await quiet()
    await during(f"{SENDMAIL} -q", False)
    await quiet()
    await stop()
    configure(9, more="-DLAB_FULL")
    await start()
    await script.play(run, "/lab/sendmail/full.txt")
    await stop()
    await run.finish(sendmail_truth.derive)
    shell(f"rm -rf {QUEUE}/*")


async def record(lab):
    prepare(lab.world)
    configure(9)
    await during("newaliases")
    await milter.serve()
    name = "sendmail-" + ".".join((await during(f"{SENDMAIL} -d0.1 -bv root", False)).split()[1].split(".")[:2])
    if lab.suite == EVERY_FORMAT:
        await few(lab, name + "-level14", 14)
        await few(lab, name + "-level20", 20)
        await loaded(lab, name + "-loaded")
    configure(9)
    await everything(lab, name)
    await retries(lab, name + "-retries")
