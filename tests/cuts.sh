#!/bin/sh
# cuts.sh [TRIES [SEED [EVERY]]] - a log is copied and cut while it is being read, at any moment, and
# at each step of the program; often it is written anew at once. That never kills the
# program, and with what was copied, and what came then, each line is counted once.
# SPDX-License-Identifier: MIT
: "${SOURCE:=$(cd "$(dirname "$0")/.." && pwd)}"
. "$SOURCE/tests/ruin/lib.sh"
tries=${1:-6} seed=${2:-1} every=${3:-12}

begin() {
	rm -rf db db-* log
	mkdir log
	cat "$1" >log/mail.log
}

# A run that was disturbed may say so, and no more.
went_well() {
	[ "$1" = 0 ] || [ "$1" = 1 ] || [ "$1" = 2 ]
}

# check NAME STATUS EXPECTED: counts what is left, and tells when something is wrong.
check() {
	if ! went_well "$2" || ! count db log/* 2>errors || ! counts db >is 2>>errors || ! cmp -s is "$3"; then
		bad=$((bad + 1))
		echo "# $1, exit status $2"
		sed 's/^/# /' errors
		diff is "$3" | head -n 6 | cut -c -150 | sed 's/^/# /'
	fi
}

# So many lines that counting them takes longer than copying them.
stream 1500 | sed '/repeated\|\\2\]/d' >lines
awk -v times=60 '{ line[NR] = $0 } END { for (k = 0; k < times; k++) for (i = 1; i <= NR; i++) print line[i], k }' lines >old
sed 's/mx/mz/' lines >next
expect() {
	rm -f whole whole-*
	cat "$@" >all
	count whole all && counts whole || exit 99
}
expect old >expected.old
expect old next >expected.both

for what in truncated 'truncated and written anew'; do
	case $what in truncated) next=none expected=expected.old ;; *) next=next expected=expected.both ;; esac
	bad=0
	: >statuses
	for after in $(random "$tries" 60000 "$seed"); do
		begin old
		"$RUIN/strike" cut "$after" log/mail.log log/mail.log.1 $next "$SMTPLOG_STATS" ingest -q \
			--jobs $((1 + after % 2)) --db db log/mail.log >status 2>errors
		cat status >>statuses
		check "after $after us" "$(sed -n 's/exit //p' status)" $expected
	done
	[ $bad = 0 ]
	result $? "$what at a moment: $tries tries, in $(grep -c mapped statuses) it was being read"
done

# Truncated at each step of the program (or every so many), behind each map and before each look; its lines are
# gone then, unless they were counted. Another log follows in the same file.
expect next >expected.next
expect lines next >expected.both
bad=0 at=1 cuts=0
while :; do
	begin lines
	rm -f note
	LD_PRELOAD=$RUIN/fault.so FAULT=cut:$work/log/mail.log FAULT_AT=$at FAULT_NOTE=$work/note \
		"$SMTPLOG_STATS" ingest -q --db db log/mail.log 2>errors
	status=$?
	if grep -q ^steps note; then
		break
	fi
	cat next >log/mail.log
	if ! went_well $status || ! count db log/mail.log 2>errors || ! counts db >is 2>>errors ||
	   ! { cmp -s is expected.next || cmp -s is expected.both; }; then
		bad=$((bad + 1))
		echo "# $(tail -n 1 note), exit status $status"
		sed 's/^/# /' errors
		diff is expected.both | head -n 6 | cut -c -150 | sed 's/^/# /'
	fi
	cuts=$((cuts + 1))
	at=$((at + every))
done
[ $bad = 0 ] && [ $cuts -gt 2 ]
result $? "truncated at each of $cuts steps of $(sed -n 's/steps //p' note)"
echo "1..$n"
