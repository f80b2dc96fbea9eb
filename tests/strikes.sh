#!/bin/sh
# strikes.sh [EVERY] - a run is killed at its 1st, 2nd, ... last write, fsync, rename,
# unlink, truncation or shared map, each time from the same begin; writes also by half.
# After each, the next run must complete, and count what a run counts that nobody killed.
# Here only every so many steps are struck; `make torture` strikes each.
# SPDX-License-Identifier: MIT
: "${SOURCE:=$(cd "$(dirname "$0")/.." && pwd)}"
. "$SOURCE/tests/ruin/lib.sh"
every=${1:-12}

struck() {
	(LD_PRELOAD=$RUIN/fault.so FAULT=$1 FAULT_AT=$2 FAULT_NOTE=$work/note exec "$SMTPLOG_STATS" -q --top 0 \
		--output report --db db log/* 3>&-) 2>errors
}

begin() {
	rm -rf db db-* log report report.*
	cp -R "begin/." .
}

# But what is said of the files: how many of their lines are new.
reported() {
	sed "1d; /^  Input /,\$d" "$1"
}

# sweep HOW NAME: from what stands in begin/.
sweep() {
	at=1 bad=0 kills=0
	rm -f note
	while :; do
		begin
		struck "$1" $at 2>/dev/null
		status=$?
		[ $status = 137 ] || break
		kills=$((kills + 1))
		if ! "$SMTPLOG_STATS" -q --top 0 --output report --db db log/* 2>errors || ! counts db >is 2>>errors ||
		   ! cmp -s is expected || ! reported report | cmp -s - expected.report; then
			bad=$((bad + 1))
			echo "# after step $at, $(tail -n 1 note):"
			sed 's/^/# /' errors
			diff is expected | head -n 5 | cut -c -150 | sed 's/^/# /'
			reported report | diff - expected.report | head -n 5 | cut -c -150 | sed 's/^/# /'
		fi
		at=$((at + every))
	done
	[ $bad = 0 ] && [ $status = 0 ] && [ $kills -gt 0 ]
	result $? "$2, $1: $kills kills, $(grep -c ^inside note) of them inside a transaction; $(sed -n 's/steps/all/p' note) steps"
}

sweeps() {
	begin
	"$SMTPLOG_STATS" -q --top 0 --output report --db db log/* || exit 99
	reported report >expected.report
	counts db >expected || exit 99
	for how in kill torn; do
		sweep $how "$1"
	done
}

stream 400 >stream
echo 1..6

mkdir -p begin/log
cp stream begin/log/mail.log
sweeps 'a new database'

# One to which is added, as a killed run has left it, with a log that was rotated.
rm -rf begin/log/*
head -n 150 stream >begin/log/mail.log
count begin/db begin/log/mail.log
head -n 200 stream >begin/log/mail.log
(cd begin && LD_PRELOAD=$RUIN/fault.so FAULT=kill FAULT_AT=30 exec "$SMTPLOG_STATS" ingest -q --db db log/mail.log) 2>/dev/null
mv begin/log/mail.log begin/log/mail.log.1
tail -n +201 stream >begin/log/mail.log
sweeps 'a database that is added to'

# One that an older version has made.
if [ -f "$SOURCE/tests/versions/3.sql" ] && command -v sqlite3 >/dev/null; then
	rm -rf begin
	mkdir -p begin/log
	sqlite3 begin/db <"$SOURCE/tests/versions/3.sql" >/dev/null
	sed 's/^2026-/2036-/; /^[A-Z]/d' stream >begin/log/mail.log
	sweeps 'a database of an older version'
else
	result 0 'a database of an older version # SKIP needs sqlite3'
	result 0 'a database of an older version # SKIP needs sqlite3'
fi
