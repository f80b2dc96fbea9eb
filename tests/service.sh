#!/bin/sh
# service.sh - systemd takes the service and its timer, and finds little exposed.
# SPDX-License-Identifier: MIT
: "${SOURCE:=$(cd "$(dirname "$0")/.." && pwd)}"
: "${SMTPLOG_STATS:=$SOURCE/build/smtplog-stats}"
command -v systemd-analyze >/dev/null || { echo "1..0 # SKIP there is no systemd"; exit 0; }
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
echo 1..3

bin=$(cd "$(dirname "$SMTPLOG_STATS")" && pwd)
sed "s|@bindir[@]|$bin|g" "$SOURCE/service/smtplog-stats.service.in" >"$work/smtplog-stats.service"
cp "$SOURCE/service/smtplog-stats.timer" "$work"
cd "$work" || exit 99

# Manuals are not installed yet.
systemd-analyze --man=no verify ./smtplog-stats.service ./smtplog-stats.timer >said 2>&1
if grep -q 'smtplog-stats' said; then
	sed 's/^/# /' said
	echo 'not ok 1 - the units are verified'
else
	echo 'ok 1 - the units are verified'
fi
if ! systemd-analyze --help | grep -q -e --offline; then
	echo 'ok 2 - # SKIP an old systemd-analyze'
elif systemd-analyze security --offline=yes --threshold=10 ./smtplog-stats.service >said 2>&1; then
	tail -n 1 said | sed 's/^/# /'
	echo 'ok 2 - its exposure is at most 1.0'
else
	sed 's/^/# /' said
	echo 'not ok 2 - its exposure is at most 1.0'
fi
# The JIT writes what it executes.
if grep -q '^MemoryDenyWriteExecute' smtplog-stats.service; then
	echo 'not ok 3 - patterns can be translated'
else
	echo 'ok 3 - patterns can be translated'
fi
