"""postfix_lab.py - sets Postfix up and drives it. SPDX-License-Identifier: MIT"""
import asyncio
import glob
import shutil

from client import submit
from lab import Run, during, until
import postfix_truth

MESSAGE = "From: Lee <lee@sender.example>\nTo: Kim\nSubject: a message\n\nText."
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


def prepare(world):
    """Configuration files, and what they name."""
    for name in ("main.cf", "master.cf"):
        shutil.copy(f"/lab/postfix/{name}", f"/etc/postfix/{name}")
    with open("/etc/postfix/transport", "w") as out:
        for domain in world.domains.values():
            via = domain.options.get("via")
            if via == "lmtp":
                print(domain.name.lower(), f"lmtp:inet:{domain.hosts[0].name}:24", file=out)
            elif via:
                print(domain.name.lower(), f"{via}:", file=out)
    world.add_host("mx1.example.org", "192.0.2.1")
    world.zone.add("example.org", "MX", (10, "mx1.example.org"))
    world.add_host("client.example.org", OURS)


async def deliver(run, domains):
    """Make Postfix a client of the sink: a message for each domain."""
    for domain in domains:
        for _ in range(int(domain.options.get("times", 1))):
            await submit(run.client, OURS, domain.options.get("from", "lee@sender.example"), domain.recipients(), MESSAGE)
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


async def record(lab):
    domains = lab.world.domains.values()
    prepare(lab.world)
    run = Run(lab, "postfix")
    await run.listening()
    await during("postfix start")
    await deliver(run, [domain for domain in domains if "phase" not in domain.options])
    await quiet()
    await retries(run, [domain for domain in domains if domain.options.get("phase") == "retry"])
    await during("postfix stop")
    await run.finish(postfix_truth.derive)
