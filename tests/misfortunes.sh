#!/bin/sh
# misfortunes.sh [long] - what is said, and with which exit status, when something is wrong
# with the database or a log; and each time the database holds what it held before, or what
# it should, and is sound. The next run, when all is well again, sets all right.
# SPDX-License-Identifier: MIT
: "${SOURCE:=$(cd "$(dirname "$0")/.." && pwd)}"
. "$SOURCE/tests/ruin/lib.sh"
chmod 755 "$work"
long=${1-}

run() {
	"$SMTPLOG_STATS" "$@" 2>said
}

# Somebody else than root, who may do anything.
as_other() {
	if [ "$(id -u)" = 0 ]; then
		setpriv --reuid 65534 --regid 65534 --clear-groups "$@"
	else
		"$@"
	fi
}

faulty() {
	(FAULT=$1 FAULT_AT=$2 LD_PRELOAD=$RUIN/fault.so exec "$SMTPLOG_STATS" ingest -q --db db new) 2>said
}

begin() {
	chmod -R u+w .
	rm -rf db db-* shut
	cp held.db db
	cp held.log log
	cp new.log new
}

# check NAME STATUS WANTED PATTERN [COUNTS]: as it was said, and what the database holds.
check() {
	if [ "$2" = "$3" ] && { [ -z "$4" ] || grep -Eq "$4" said; } && counts db >is 2>why && cmp -s is "${5-held}"; then
		result 0 "$1"
	else
		result 1 "$1"
		echo "# exit status $2, not $3; wanted: $4"
		sed 's/^/# /' said
		sed 's/^/# /' why
		diff is "${5-held}" | head -n 5 | cut -c -150 | sed 's/^/# /'
	fi
}

skip() {
	result 0 "$1 # SKIP $2"
}

# All is well again: the next run counts what is new.
recover() {
	run ingest -q --db db new
	check "$1, and all is well again" $? 0 '' all
}

stream 300 >all.log
head -n 200 all.log >held.log
tail -n +201 all.log | sed 's/mx/mz/' >new.log
count held.db held.log && counts held.db >held || exit 99
cp held.db all.db && count all.db new.log && counts all.db >all || exit 99
full='(No space left on device|database or disk is full).*free some space'

# --- a full disk -----------------------------------------------------------------------

for at in 1 2 5 10 20; do
	begin
	faulty ENOSPC $at
	check "no room from write $at on" $? 2 "^smtplog-stats: db: .*$full"
	recover 'no room'
done
for fault in EIO:Input/output EDQUOT:quota EROFS:Read-only; do
	begin
	faulty "${fault%:*}" 4
	check "${fault%:*} from a write on" $? 2 '^smtplog-stats: db: .*(check|free)'
	recover "${fault%:*}"
done
rm -rf db db-*
faulty ENOSPC 3
status=$?
grep -Eq "$full" said && [ $status = 2 ] && run ingest -q --db db log && counts db | cmp -s - held
result $? 'no room for a new database, and then there is'

mkdir -p mnt
if [ "$(id -u)" = 0 ] && mount -t tmpfs -o size=300k none mnt 2>/dev/null; then
	mounted=$work/mnt
	begin
	cp held.db mnt/db
	dd if=/dev/zero of=mnt/ballast bs=4k 2>/dev/null
	run ingest -q --db mnt/db new
	status=$?
	cp mnt/db db
	check 'a full tmpfs' $status 2 "^smtplog-stats: mnt/db: .*$full"
	rm -f mnt/db-*
	dd if=/dev/zero of=mnt/ballast bs=4k 2>/dev/null
	truncate -s -56k mnt/ballast
	run ingest -q --db mnt/db new
	status=$?
	cp mnt/db db
	check 'a tmpfs that is filled by it' $status 2 "^smtplog-stats: mnt/db: .*$full"
	rm mnt/ballast
	run ingest -q --db mnt/db new
	status=$?
	counts mnt/db >is && cmp -s is all && [ $status = 0 ]
	result $? 'a tmpfs with room again'
	rm -rf mnt/db* && cp held.db mnt/db && mount -o remount,ro mnt
	run ingest -q --db mnt/db new
	status=$?
	cp mnt/db db
	check 'a read-only mount' $status 2 '^smtplog-stats: mnt/db: .*check the permissions'
	run -q --db mnt/db >report
	result $? 'a report from a read-only mount'
	umount mnt && mounted=
else
	skip 'a tiny tmpfs' 'may not mount'
fi

# --- others who have it open ---------------------------------------------------------------

# hold MICROSECONDS: a run is stopped for so long while it writes; it may be too quick for us.
hold() {
	: >first
	until grep -q stopped first; do
		begin
		"$RUIN/strike" hold "$1" "$SMTPLOG_STATS" ingest -q --db db new >first 2>&1 &
		until grep -q . first; do sleep 0.01; done
	done
}

if [ -e /proc/locks ]; then
	hold 1500000
	run ingest -q --db db log new
	status=$?
	wait
	grep -q 'exit 0' first
	check 'stopped while it writes for 1.5 s: the second waits' $((status + $?)) 0 '' all
else
	skip 'stopped while it writes' 'needs /proc/locks'
fi

if [ -n "$long" ]; then
	hold 13000000
	run ingest -q --db db log new
	status=$?
	"$SMTPLOG_STATS" -q --db db >report || status=1
	wait
	check 'stopped for 13 s: the second says so after 10, a report is made meanwhile' $status 2 \
		'is locked; .*run it again when that is done' all

	begin
	(cat new.log; sleep 11.5; echo; sleep 2) | "$SMTPLOG_STATS" ingest -q --db db - 2>said &
	sleep 11
	counts db >is 2>>said
	cmp -s is all
	result $? 'a slow pipe: what has come is committed after ten seconds'
	wait
fi

# --- what is no database of ours -------------------------------------------------------------

begin
cp log notes && run ingest -q --db notes new
[ $? = 2 ] && grep -q '^smtplog-stats: notes: is not a smtplog-stats database' said && cmp -s log notes
result $? 'a file that is no database stays as it is'

begin
run ingest -q --db . new
check 'a directory' $? 2 'is not a file'

if command -v sqlite3 >/dev/null; then
	begin
	sqlite3 db 'PRAGMA user_version = 99'
	run ingest -q --db db new
	check 'a newer schema' $? 2 '^smtplog-stats: db: was made by a newer smtplog-stats'
	sqlite3 other 'CREATE TABLE t (x)'
	cp other other.before
	run ingest -q --db other new
	[ $? = 2 ] && grep -q 'is not a smtplog-stats database' said && cmp -s other other.before
	result $? "another program's database stays as it is"
else
	skip 'a newer schema' 'needs sqlite3'
	skip "another program's database" 'needs sqlite3'
fi

# --- what may not be written, or is not what it seems ---------------------------------------

if as_other test -x "$SMTPLOG_STATS" -a -r "$SOURCE/patterns/postfix.json" 2>/dev/null; then
	begin
	mkdir shut
	cp held.db shut/db
	chmod 444 shut/db
	chmod 555 shut
	as_other "$SMTPLOG_STATS" ingest -q --db shut/db new 2>said
	status=$?
	cmp -s shut/db held.db
	check 'a read-only file in a read-only directory' $((status + $?)) 2 '^smtplog-stats: shut/db: .*check the permissions'
	as_other "$SMTPLOG_STATS" -q --db shut/db >report 2>said
	check 'a report from there' $? 0 ''
	as_other "$SMTPLOG_STATS" ingest -q --db shut/new new 2>said
	check 'a new one there' $? 2 '^smtplog-stats: shut/new: cannot be made: Permission denied'
	chmod 755 shut
	chmod 000 shut/db
	[ "$(id -u)" != 0 ] || chown 65534 shut/db
	as_other "$SMTPLOG_STATS" ingest -q --db shut/db new 2>said
	check 'no permission' $? 2 '^smtplog-stats: shut/db: .*Permission denied.*check the permissions'
else
	skip 'permissions' 'needs setpriv, and a program that another user can run'
fi

begin
mkdir shut
chmod 1777 shut
ln -s ../db shut/planted
run ingest -q --db shut/planted new
check 'a link in a directory where everybody may write' $? 2 'is a link in a directory where everybody may put one'

# --- damage -----------------------------------------------------------------------------------

begin
pages=$(($(wc -c <db) / 4096)) page=0 noticed=0 wrong=0
while [ $page -lt $pages ]; do
	cp held.db db
	rm -f db-*
	dd if=/dev/zero of=db bs=4096 seek=$page count=1 conv=notrunc 2>/dev/null
	run -q --top 0 --db db >report
	reading=$?
	run ingest -q --db db new
	writing=$?
	case $reading$writing in
	*[!02]*) wrong=$((wrong + 1)); echo "# page $page: exit $reading, $writing" ;;
	*2*) noticed=$((noticed + 1)); grep -q 'damaged\|is not a smtplog' said || [ $writing = 0 ] || wrong=$((wrong + 1)) ;;
	esac
	page=$((page + 1))
done
[ $wrong = 0 ] && [ $((noticed * 5)) -ge $((pages * 4)) ]
result $? "each of $pages pages wiped out: told of $noticed, and nothing worse"

# --- logs ---------------------------------------------------------------------------------------

begin
gzip -c new | head -c 1500 >cut.gz
run ingest -q --db db log cut.gz
status=$?
[ $status = 1 ] && grep -q '^smtplog-stats: cut.gz: its gzip data is truncated; what came before byte' said
result $? 'a truncated .gz: what can be read is counted'
gzip -c new >cut.gz
run ingest -q --db db cut.gz
check 'and when it is whole, the rest' $? 0 '' all

begin
run ingest -q --db db log gone
check 'a log that is not there, beside one that is' $? 1 '^smtplog-stats: gone: cannot be opened: No such file'
begin
run ingest -q --db db gone
check 'a log that is not there' $? 2 '^smtplog-stats: gone: cannot be opened: No such file'
begin
awk '{ for (i = 0; i < 40; i++) print $0, i }' new >vanishing
cp vanishing kept
"$RUIN/strike" remove 3000 vanishing "$SMTPLOG_STATS" ingest -q --db db vanishing >/dev/null 2>said
run ingest -q --db db kept
status=$?
counts db >after 2>>said
cp held.db db && rm -f db-* && count db kept && counts db >is && cmp -s is after && [ $status = 0 ]
result $? 'a log that vanishes while it is read'
echo "1..$n"
