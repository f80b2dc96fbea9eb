#!/bin/sh
# sources.sh - the report on a log and that on a fresh database of it are the same, byte
# for byte, for every sample log. SPDX-License-Identifier: MIT
: "${SOURCE:=$(cd "$(dirname "$0")/.." && pwd)}"
: "${SMTPLOG_STATS:=$PWD/smtplog-stats}"

LC_ALL=C.UTF-8 TZ=UTC NO_COLOR=1
export LC_ALL TZ NO_COLOR
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
cd "$work" || exit 99

n=0
# same LOG OPTION...: as text and JSON, without a database and with one.
same() {
	log=$1
	shift
	for format in text json; do
		n=$((n + 1))
		"$SMTPLOG_STATS" --quiet --year 2026 --format $format "$@" "$log" >ad-hoc 2>/dev/null
		[ $? -le 1 ] || echo "not ok - $log is reported on"
		"$SMTPLOG_STATS" --quiet --year 2026 --format $format "$@" --keep-clients --db db "$log" >stored 2>/dev/null
		rm -f db*
		if [ -s ad-hoc ] && cmp -s ad-hoc stored; then
			echo "ok $n - ${log##*/}: $format $*"
		else
			echo "not ok $n - ${log##*/}: $format $*"
			diff -a -u --label ad-hoc --label stored ad-hoc stored | head -n 20 | sed 's/^/# /'
		fi
	done
}

for log in "$SOURCE"/sample-logs/*.log; do
	same "$log"
	same "$log" --top 0
	same "$log" --top 2 --lang ru
	same "$log" --top 0 --by day,domain
	same "$log" --by hour,relay
	same "$log" --by reason,code,provider
	same "$log" --top 3 --by clock,kind,direction,stage
done
echo "1..$n"
