#!/bin/sh
# schema.sh - all JSON that the program writes or reads, against the schemas in
# doc/, by a validator that knows nothing of this project (python3-jsonschema).
# Without one the test is skipped, but not where CI=true.
# SPDX-License-Identifier: MIT
: "${SOURCE:=$(cd "$(dirname "$0")/.." && pwd)}"
: "${SMTPLOG_STATS:=$SOURCE/build/smtplog-stats}"
cd "$SOURCE" || exit 99

LC_ALL=C.UTF-8 TZ=UTC NO_COLOR=1
export LC_ALL TZ NO_COLOR SMTPLOG_STATS

for python in /usr/bin/python3 python3 none; do
	if "$python" -c 'import jsonschema' 2>/dev/null; then break; fi
done
if [ "$python" = none ]; then
	if [ "${CI-}" = true ]; then
		echo "1..1"
		echo "not ok 1 - a JSON Schema validator is there (python3-jsonschema)"
	else
		echo "1..0 # SKIP no JSON Schema validator (python3-jsonschema)"
	fi
	exit
fi

exec "$python" - <<'END'
import glob, json, os, subprocess
import jsonschema

program = os.environ["SMTPLOG_STATS"]
count = 0

def strict(text):
    """JSON as RFC 8259 has it: no NaN, no key twice, whole numbers exact."""
    def once(pairs):
        keys = [key for key, _ in pairs]
        for key in keys:
            if keys.count(key) > 1:
                raise ValueError("key %r stands twice" % key)
        return dict(pairs)
    def no_constant(word):
        raise ValueError("%s is no JSON" % word)
    return json.loads(text, object_pairs_hook=once, parse_constant=no_constant)

def test(name, check):
    global count
    count += 1
    try:
        check()
        print("ok %d - %s" % (count, name))
    except Exception as e:
        print("not ok %d - %s" % (count, name))
        where = "/".join(str(part) for part in getattr(e, "absolute_path", []))
        text = getattr(e, "message", None) or "%s: %s" % (type(e).__name__, e)
        print("# /%s: %s" % (where, text[:500].replace("\n", "\n# ")))

def schema(name):
    with open("doc/%s.schema.json" % name, encoding="utf-8") as f:
        return strict(f.read())

def validator(name):
    s = schema(name)
    return jsonschema.validators.validator_for(s)(s)

def run(*arguments, stdin=b""):
    done = subprocess.run([program, *arguments], input=stdin, capture_output=True)
    if done.returncode not in (0, 1):
        raise RuntimeError("exit status %d: %s" % (done.returncode, done.stderr.decode(errors="replace")))
    return done.stdout.decode("utf-8")  # anything else than UTF-8 fails here

for path in sorted(glob.glob("doc/*.schema.json")):
    def check(path=path):
        with open(path, encoding="utf-8") as f:
            s = strict(f.read())
        jsonschema.validators.validator_for(s).check_schema(s)
    test("%s is a JSON Schema" % path, check)

for path in sorted(glob.glob("patterns/*.json")):
    def check(path=path):
        name = os.path.basename(path)[:-len(".json")]
        with open(path, encoding="utf-8") as f:
            validator(name if name in ("reasons", "providers") else "pack").validate(strict(f.read()))
    test("%s fits its schema" % path, check)

def check_report(*arguments, stdin=b""):
    validator("report").validate(strict(run("report", "--format=json", *arguments, stdin=stdin)))

def check_events(*arguments, stdin=b""):
    event = validator("event")
    for line in run("events", "--format=jsonl", *arguments, stdin=stdin).splitlines():
        event.validate(strict(line))

def check_lines(*arguments, stdin=b""):
    line = validator("line")
    for text in run("events", "--format=jsonl", "--fate=matched,known,trouble,foreign,unrecognised", *arguments, stdin=stdin).splitlines():
        line.validate(strict(text))

logs = sorted(glob.glob("sample-logs/*.log*"))
hostile = (b"2026-11-20T10:00:04+01:00 mx postfix/smtp[1]: 4XyZ: to=<a\xff\"\\@ex\x1bample.org>, "
           b"relay=\xc3\x28\x00\"[192.0.2.1]:25, delay=1e9, delays=0/0/0/0, dsn=5.1.1, "
           b"status=bounced (host \x9b[192.0.2.1] said: 550 5.1.1 \xed\xa0\x80 \x1b]0;x\x07\"\\\t (in reply to RCPT TO command))\n"
           b"no mail server wrote this\n\n\x00\n")
variants = [
    ("", []),
    (" in Russian", ["--lang=ru"]),
    (" by code and domain", ["--by=code,domain"]),
    (" of one code", ["--code=550"]),
    (" of a day without lines", ["--day=2001-01-01"]),
    (" of what is unrecognised", ["--unrecognised", "--top=3"]),
]
for path in logs:
    test("events of %s" % path, lambda: check_events(path))
    test("fates of the lines of %s" % path, lambda: check_lines(path))
    for what, options in variants:
        test("report on %s%s" % (path, what), lambda: check_report(*options, path))
test("report on all sample logs at once", lambda: check_report(*logs))
test("report on hostile bytes", lambda: check_report("-", stdin=hostile))
test("unrecognised hostile bytes", lambda: check_report("--unrecognised", "--raw", "-", stdin=hostile.replace(b"to=", b"o=")))
test("report on nothing", lambda: check_report("-", stdin=b""))
test("events of hostile bytes", lambda: check_events("-", stdin=hostile))
test("fates of hostile bytes", lambda: check_lines("--raw", "-", stdin=hostile))
test("events of hostile bytes, raw", lambda: check_events("--raw", "-", stdin=hostile))
print("1..%d" % count)
END
