"""lab.py SERVER SUITE - runs inside the namespaces: a name server, the sink, rsyslogd, and
the module named like the server, which sets the server up and drives it. Each of its
runs becomes a directory of /out: logs, wire records, truth. SPDX-License-Identifier: MIT
"""
import asyncio
import importlib
import os
import ssl
import subprocess
import sys
import time

import dns
from scenario import World
from sink import Sink

LAB = "/lab"
TEMPLATES = {
    "traditional": "RSYSLOG_TraditionalFileFormat",
    "rfc3339": "RSYSLOG_FileFormat",
    "rfc5424": "RSYSLOG_SyslogProtocol23Format",
}
RSYSLOG = 'module(load="imuxsock" SysSock.RateLimit.Interval="0")\n'
TO_FILE = '*.* action(type="omfile" file="{}/{}.log" template="{}")\n'
TO_RELAYED = '*.* action(type="omfwd" target="127.0.0.1" port="1514" protocol="tcp" template="RSYSLOG_ForwardFormat")\n'
# A second one, which keeps the slash of postfix/smtp in APP-NAME.
RELAYED = """
global(parser.permitSlashInProgramName="on")
module(load="imtcp")
input(type="imtcp" address="127.0.0.1" port="1514")
*.* action(type="omfile" file="{out}/rfc5424-slash.log" template="RSYSLOG_SyslogProtocol23Format")
"""


def shell(command, check=True):
    done = subprocess.run(command, shell=True, capture_output=True, text=True)
    if check and done.returncode:
        raise RuntimeError(f"{command}: {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


async def during(command, check=True):
    """The same beside the sink, which must go on answering."""
    return await asyncio.to_thread(shell, command, check)


async def until(what, seconds=60, poll=0.2):
    """Wait for what() to be true; whether it became so."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if await asyncio.to_thread(what):
            return True
        await asyncio.sleep(poll)
    return False


def load(average):
    """Let the servers see this load; the kernel's own is nobody's to set."""
    with open("/run/loadavg", "w") as out:
        print(f"{average:.2f} {average:.2f} {average:.2f} 1/100 1", file=out)
    if not os.path.samefile("/run/loadavg", "/proc/loadavg"):
        shell("mount --bind /run/loadavg /proc/loadavg")


def certificate():
    shell("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 3650 "
          "-subj /CN=sink.example -keyout /etc/lab.key -out /etc/lab.crt")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain("/etc/lab.crt", "/etc/lab.key")
    return context


class Run:
    """One recording: its own sink record, client record, expectations and logs. formats
    are those of TEMPLATES and rfc5424-slash; with none the server writes its logs itself;
    settings are more of rsyslog's."""

    def __init__(self, lab, name, formats, settings=""):
        self.lab, self.name = lab, name
        self.out = f"/out/{name}"
        os.mkdir(self.out)
        self.client = []
        self.kept = []                  # connections that stay open
        self.expected = []
        lab.sink.rows.clear()
        self.syslog = []
        if "rfc5424-slash" in formats:
            self.syslog.append(self.rsyslogd("relayed", RELAYED.format(out=self.out)))
        if formats:
            files = [TO_FILE.format(self.out, name, TEMPLATES[name]) for name in formats if name in TEMPLATES]
            self.syslog.append(self.rsyslogd("first", RSYSLOG + settings + "".join(files) + (TO_RELAYED if self.syslog else "")))

    def rsyslogd(self, name, text):
        with open(f"/etc/rsyslog-{name}.conf", "w") as out:
            out.write(text)
        return subprocess.Popen(["rsyslogd", "-n", "-f", f"/etc/rsyslog-{name}.conf", "-i", f"/run/rsyslog-{name}.pid"])

    async def listening(self):
        if self.syslog and not await until(lambda: os.path.exists("/dev/log")):
            raise RuntimeError("no /dev/log")

    async def finish(self, derive, **how):
        await asyncio.sleep(1)
        for syslog in reversed(self.syslog):
            syslog.terminate()
            await asyncio.to_thread(syslog.wait)
            await asyncio.sleep(0.5)
        if os.path.exists("/dev/log"):
            os.unlink("/dev/log")
        sink, client = (sorted(rows, key=lambda row: row[0]) for rows in (self.lab.sink.rows, self.client))
        self.write("sink", sink)
        self.write("client", client)
        self.write("truth", derive(self.lab.world, sink, client, self.expected, **how))

    def write(self, name, rows):
        with open(f"{self.out}/{name}", "w", encoding="utf-8") as out:
            for row in rows:
                print(*row, sep="\t", file=out)


class Lab:
    def __init__(self, server, suite):
        self.suite = suite
        own = f"{LAB}/{server}/out.tsv"
        self.world = World(f"{LAB}/out.tsv", *[own] * os.path.exists(own))
        self.sink = Sink(self.world, certificate())

    async def start(self):
        await dns.serve(self.world.zone)
        await self.sink.serve()


async def main(server, suite):
    sys.path.append(f"{LAB}/{server}")
    lab = Lab(server, suite)
    await lab.start()
    await importlib.import_module(f"{server}_lab").record(lab)


if __name__ == "__main__":
    sys.modules["lab"] = sys.modules["__main__"]
    asyncio.run(main(*sys.argv[1:]))
    os._exit(0)
