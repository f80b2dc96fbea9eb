#!/bin/sh
# shared.sh - a database is read while it is written, by who may not write, too; and of
# several who write at once each waits for the other, or is told who holds it.
# SPDX-License-Identifier: MIT
: "${SOURCE:=$(cd "$(dirname "$0")/.." && pwd)}"
: "${SMTPLOG_STATS:=$SOURCE/build/smtplog-stats}"
LC_ALL=C.UTF-8 TZ=UTC
export LC_ALL TZ
log=$SOURCE/sample-logs/postfix.log
group=60123 # of nobody else

work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
chmod 711 "$work"
cd "$work" || exit 99
n=0
echo 1..9

# result NAME: whether the command before succeeded
result() {
	status=$? n=$((n + 1))
	[ $status -eq 0 ] || { echo "not ok $n - $1"; sed 's/^/# /' said; return; }
	echo "ok $n - $1"
}
skip() {
	n=$((n + 1))
	echo "ok $n - # SKIP $1"
}
lines() { sed -n '1s/.* \([0-9,]*\) lines,.*/\1/p'; }
stats() { "$SMTPLOG_STATS" -q --year 2026 "$@" 2>>said; }
ingest() { "$SMTPLOG_STATS" ingest -q --year 2026 "$@" 2>>said; }

# Somebody who is no more than a member of the group.
reader() { setpriv --reuid=65534 --regid=65534 --groups=$group "$@"; }
if [ "$(id -u)" != 0 ]; then
	why='only root can be somebody else'
elif ! reader test -x "$SMTPLOG_STATS" -a -r "$SOURCE/patterns/postfix.json" 2>>said; then
	why='another user cannot run the program where it lies'
else
	why=
fi
# sees LINES NAME: so many are what the reader is told of
sees() {
	[ -z "$why" ] || { skip "$why"; return; }
	[ "$(reader "$SMTPLOG_STATS" --db shared/db 2>>said | lines)" = "$1" ]
	result "$2"
}

# until LINES: stand in the database
until_counted() {
	for try in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
		[ "$(stats --db shared/db | lines)" != "$1" ] || return 0
		sleep 0.5
	done
	return 1
}

mkdir shared
[ -n "$why" ] || chgrp $group shared
chmod 2750 shared
umask 022
head -n 300 "$log" >mail.log
: >said
"$SMTPLOG_STATS" ingest -q --follow --year 2026 --db shared/db mail.log 2>>said &
writer=$!
until_counted 300
result 'a log is followed'
sees 300 'who may not write reads beside the writer'
sed -n '301,600p' "$log" >>mail.log
until_counted 600
sees 600 'and what was added meanwhile'
kill -TERM $writer
wait $writer
result 'the writer ends as it should'
[ "$(ls -l shared | awk 'NR > 1 { print $1 }' | cut -c 1-10 | sort -u)" = -rw-r----- ] && [ -f shared/db-wal ] && [ -f shared/db-shm ]
result 'its three files stay, and the group may read them'
sees 600 'so they are read after it has ended'

# Many at once, of two logs of which one begins like the other.
cp "$log" whole.log
writers=
for run in 1 2 3 4 5 6; do
	ingest --db shared/db whole.log mail.log &
	writers="$writers $!"
done
failed=
for pid in $writers; do
	wait "$pid" || failed=yes
done
[ -z "$failed" ] && [ "$(stats --db shared/db | lines)" = 850 ]
result 'six at once count each line once'

# Who writes for longer than one waits for is named.
if command -v python3 >/dev/null && python3 -c 'import sqlite3' 2>/dev/null; then
	mkfifo held
	python3 -c 'import sqlite3, time
connection = sqlite3.connect("shared/db", isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
open("held", "w").close()
time.sleep(60)' &
	holder=$!
	: <held
	echo 'Nov 22 08:00:00 mx1 postfix/qmgr[7]: 4ABC: removed' >>whole.log
	: >said
	ingest --db shared/db whole.log
	[ $? = 2 ] && grep -q "shared/db: is locked; process $holder (python3" said
	result 'who holds it is told'
	sees 850 'and readers do not care'
	kill $holder
	wait $holder 2>/dev/null || : # it was ended
else
	skip 'there is no python3 with sqlite3 to hold a database'
	skip 'there is no python3 with sqlite3 to hold a database'
fi
