"""exim_lab.py - sets Exim up and drives it; README.md says which recordings come of it.
SPDX-License-Identifier: MIT
"""
import asyncio
import glob
import os
import shutil
import subprocess

import exim_truth
import script
from client import submit
from lab import LAB, Run, during, load, shell, until
from scenario import CODES

OURS = "192.0.2.7"
MESSAGE = "From: Lee <lee@sender.example>\nTo: Kim\nSubject: a message\n\nText.\n"
SPOOL = "/var/spool/exim4"
EVERY_FORMAT = "trixie"
SYSLOG = ("traditional", "rfc3339", "rfc5424")
NATIVE = "log_file_path = /var/log/exim4/%slog"
BOTH = NATIVE + " : syslog"


def processes():
    """How many processes of Exim live; the daemon is one."""
    count = 0
    for path in glob.glob("/proc/[0-9]*/stat"):
        try:
            _, _, rest = open(path).read().partition("(exim4) ")
            count += bool(rest) and rest[0] != "Z"
        except OSError:
            pass
    return count


async def quiet(seconds=90):
    if not await until(lambda: processes() <= 1, seconds):
        raise RuntimeError(await during("ps ax 2>&1; exiwhat; exim4 -bp | tail", False))
    await asyncio.sleep(0.2)


def table(name, rows):
    with open(f"/etc/exim4/{name}", "w") as out:
        for key, value in rows:
            print(f"{key}: {value}", file=out)


def prepare(world):
    os.makedirs("/etc/exim4", exist_ok=True)
    known = {"encrypt", "verifytls", "quick", "sasl", "sasl_must", "lmtp", "prdr"}
    vias = [(domain.name.lower(), domain.options.get("via")) for domain in world.domains.values()]
    table("via", [(name, via) for name, via in vias if via in known])
    table("hub", [(name, "x") for name, via in vias if via == "hub"])
    table("aliases", [("command", '"|/bin/echo 550 5.1.1 no such thing"'), ("failing", "\"|/bin/sh -c 'exit 67'\""), ("tempfail", "\"|/bin/sh -c 'exit 75'\""), ("forwarded", "kim"),
                      ("nobody-here", ":blackhole:"), ("refused", ":fail: 551 5.7.1 by an alias"), ("deferred", ":defer: 450 4.2.0 by an alias"),
                      ("filed", "/var/mail/550"), ("list", "kim, pat")])
    shell("useradd -m kim; useradd -m pat; useradd -m full; chmod 1777 /var/mail; chmod 644 /etc/lab.key")
    for name in ("warned", "fake", "fakelater", "frozen", "queued", "header"):
        shell(f"useradd -m {name}")
    world.add_host("mx1.example.org", "192.0.2.1")
    world.zone.add("example.org", "MX", (10, "mx1.example.org"))
    world.zone.add("41.113.0.203.dnsbl.example", "A", "127.0.0.2")
    world.zone.add("41.113.0.203.dnsbl.example", "TXT", "Listed: 550 5.7.1 status=sent")
    world.zone.fail("nowhere.nxdomain.example", "nxdomain")
    world.zone.fail("slow.servfail.example", "servfail")
    for name, address in (("client.example.org", OURS), ("mail.example.net", "203.0.113.7"), ("status-sent.p550.example.net", "203.0.113.66")):
        world.add_host(name, address)


def configure(settings):
    with open("/etc/exim4/exim4.conf", "w") as out:
        print(settings, file=out)
        out.write(open("/lab/exim/exim.conf").read())


async def deliver(run, domains, sender="lee@sender.example"):
    """Make Exim a client of the sink: a message for each domain, a few at a time."""
    free = asyncio.Semaphore(8)

    async def one(domain):
        async with free:
            recipients = domain.recipients() + [also for also in domain.options.get("also", "").split(",") if also]
            await submit(run.client, OURS, sender, recipients, MESSAGE)
            await until(lambda: processes() < 30, 60, 0.05)

    single = [domain for domain in domains if "times" not in domain.options]
    await asyncio.gather(*(one(domain) for domain in single))
    await quiet()
    for domain in domains:
        if "times" in domain.options:
            for _ in range(int(domain.options["times"])):
                await one(domain)
                await quiet()
        run.expected += [event for server, event in domain.expected if server == "exim"]


async def empty():
    await during("exim4 -bpr | awk 'NF > 2 && $3 ~ /-/ { print $3 }' | xargs -r exim4 -Mrm", False)


async def retries(run, domains):
    """What is deferred is tried again soon, and given up soon."""
    await empty()
    await deliver(run, domains)
    await quiet()
    for _ in range(12):
        await asyncio.sleep(1.1)
        await during("exim4 -qff")
        await quiet()
    left = await during("exim4 -bpc")
    if left.strip() != "0":
        raise RuntimeError(await during("exim4 -bp"))


def version_of(name):
    return tuple(int(part) for part in name.split("-")[1].split("."))


def chosen(settings):
    """The log selectors of a recording."""
    words = {"smtp_confirmation"}
    for word in settings.partition("log_selector = ")[2].partition("\n")[0].split():
        if word == "+all":
            words |= {"smtp_syntax_error", "smtp_protocol_error"}
        elif word[0] == "+":
            words.add(word[1:])
        else:
            words.discard(word[1:])
    return words


async def start():
    daemon = subprocess.Popen(["exim4", "-bdf"])
    await until(lambda: os.path.exists("/run/exim4/exim.pid") or processes() > 0)
    await asyncio.sleep(1)
    return daemon


async def stop(daemon):
    daemon.terminate()
    await asyncio.to_thread(daemon.wait)


async def at_load(run, path):
    """Sessions, each at the load that its name says."""
    for session in script.read(path):
        load(float(session.name.split("-")[1]))
        await asyncio.sleep(0.5)
        await script.hold(run, session)
    for client in run.kept:
        await client.close()
    run.kept = []


async def loaded(lab, name):
    """What Exim does where there is too much to do."""
    shell(f"rm -rf {SPOOL}/db {SPOOL}/input {SPOOL}/msglog /var/log/exim4/* /var/mail/*")
    run = Run(lab, name, ("traditional",))
    await run.listening()
    for more, path in (("", "loaded"), ("NO_RESERVE = 1\n", "alone")):
        configure(f"LOADED = 1\n{more}{BOTH}\nsyslog_duplication = false")
        load(0.2)
        daemon = await start()
        await at_load(run, f"/lab/exim/{path}.txt")
        await quiet()
        load(9)
        await during("exim4 -q")
        load(0.2)
        await during("exim4 -qff")
        await quiet()
        await stop(daemon)
    shutil.copy("/var/log/exim4/mainlog", f"{run.out}/native.log")
    await run.finish(exim_truth.derive, selected=chosen(""), version=version_of(name))


async def record_one(lab, name, settings, formats):
    configure(settings)
    shell(f"rm -rf {SPOOL}/db {SPOOL}/input {SPOOL}/msglog /var/log/exim4/* /var/mail/*")
    domains = lab.world.domains.values()
    for host in lab.world.hosts.values():
        host.given.clear()
    run = Run(lab, name, formats)
    if formats:
        await run.listening()
    daemon = await start()
    await deliver(run, [domain for domain in domains if "phase" not in domain.options])
    await quiet()
    await deliver(run, [domain for domain in domains if domain.options.get("phase") == "utf8"], "отправитель@sender-utf8.example")
    await quiet()
    await script.play(run, "/lab/exim/in.txt")
    await quiet()
    await retries(run, [domain for domain in domains if domain.options.get("phase") == "retry"])
    await stop(daemon)
    for log in ("main", "reject", "panic") if formats == SYSLOG else ("main",):
        if os.path.exists(f"/var/log/exim4/{log}log"):
            shutil.copy(f"/var/log/exim4/{log}log", f"{run.out}/{'native.log' if log == 'main' else log + 'log'}")
    await run.finish(exim_truth.derive, selected=chosen(settings), version=version_of(name),
                     twice="syslog_duplication" not in settings and "syslog" in settings)


async def record(lab):
    prepare(lab.world)
    version = (await during("exim4 -bV")).split()[2]
    name = f"exim-{version}"
    await record_one(lab, name, f"{BOTH}\nsyslog_duplication = false", SYSLOG if lab.suite == EVERY_FORMAT else ())
    if lab.suite != EVERY_FORMAT:
        return
    await loaded(lab, name + "-loaded")
    await record_one(lab, name + "-all", f"{BOTH}\nlog_selector = +all\nsyslog_duplication = false", ("traditional",))
    await record_one(lab, name + "-terse", f"{NATIVE}\nlog_selector = -smtp_confirmation", ())
    await record_one(lab, name + "-precise", f"{BOTH}\nlog_selector = +millisec +pid +smtp_syntax_error +smtp_protocol_error +deliver_time +queue_time "
                     "+incoming_port +outgoing_port +incoming_interface +received_recipients +subject +tls_sni\n"
                     "syslog_duplication = false\nsyslog_timestamp = false\nsyslog_pid = false\nlog_timezone = true", ("rfc3339",))
    await record_one(lab, name + "-twice", "log_file_path = syslog", ("traditional", "rfc5424"))
