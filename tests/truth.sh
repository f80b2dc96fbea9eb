#!/bin/sh
# truth.sh - logs of bench/makelog, whose truth is known, counted by the program:
# every code with its outcome, every destination, every line. And what must not
# change a report: threads, compression, the way in. SPDX-License-Identifier: MIT
: "${SMTPLOG_STATS:=$PWD/smtplog-stats}"
: "${SOURCE:=$(cd "$(dirname "$0")/.." && pwd)}"
: "${MAKELOG:=$(dirname "$SMTPLOG_STATS")/bench/makelog}"

LC_ALL=C.UTF-8 TZ=UTC NO_COLOR=1
export LC_ALL TZ NO_COLOR
unset COLUMNS
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
cd "$work" || exit 99

n=0
# same DESCRIPTION WANT GOT
same() {
	n=$((n + 1))
	if [ -s "$2" ] && cmp -s "$2" "$3"; then
		echo "ok $n - $1"
	else
		echo "not ok $n - $1"
		diff -a -u --label expected --label got "$2" "$3" | head -n 40 | sed 's/^/# /'
	fi
}

# counted WHAT: what the program counts in ./log
counted() {
	sh "$SOURCE/bench/counted" "$1" "$SMTPLOG_STATS" log
}

for server in postfix exim '-o exim' sendmail mixed '-i -d 20000 mixed'; do
	# shellcheck disable=SC2086 # options and a server
	"$MAKELOG" -s 7 -t truth $server 2M >log || exit 99
	sed -n '/^lines/p' truth >want
	counted lines >got
	same "$server: every line" want got

	sed -n 's/^code.//p' truth | LC_ALL=C sort >want
	counted codes >got
	same "$server: every code with its outcome" want got

	sed -n 's/^domain.//p' truth | LC_ALL=C sort >want
	counted destinations >got
	same "$server: every destination" want got

	awk '$1 == "deliveries" { print $2 + 1 }' truth >want
	"$SMTPLOG_STATS" events --year 2026 log | wc -l | tr -d ' ' >got
	same "$server: one event for each delivery" want got
done

mkdir plain packed
"$MAKELOG" -i mixed 40M >plain/log
(cd plain && "$SMTPLOG_STATS" --jobs 1 log) >one
(cd plain && "$SMTPLOG_STATS" --jobs 8 log) >eight
same "eight threads give the report of one" one eight
gzip -1 <plain/log >packed/log
(cd packed && "$SMTPLOG_STATS" log) >got
same "a compressed log gives the report of the plain one" one got
"$SMTPLOG_STATS" --format json --by code,domain,hour --top 0 plain/log | grep '"count"' >one
"$SMTPLOG_STATS" --format json --by code,domain,hour --top 0 - <plain/log | grep '"count"' >got
same "a pipe gives the counts of the file" one got
echo "1..$n"
