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


async def start():
    for name in ("main.cf", "master.cf"):
        shutil.copy(f"/lab/postfix/{name}", f"/etc/postfix/{name}")
    await during("postfix start")


async def deliver(run, domains):
    """Make Postfix a client of the sink: a message for each domain."""
    for domain in domains:
        for _ in range(int(domain.options.get("times", 1))):
            await submit(run.client, OURS, domain.options.get("from", "lee@sender.example"), domain.recipients(), MESSAGE)
            if "times" in domain.options:
                await quiet()


async def record(lab):
    run = Run(lab, "postfix")
    await run.listening()
    await start()
    await deliver(run, lab.world.domains.values())
    await quiet()
    await during("postfix stop")
    await run.finish(postfix_truth.derive)
