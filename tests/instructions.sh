#!/bin/sh
# instructions.sh - what a line of each server's log costs, in instructions. They are
# counted by valgrind (callgrind) and do not depend on the clock, nor on who else uses the
# machine; two runs differ by 0.3 %. Two logs of bench/makelog are counted, one three MiB
# longer than the other, so that the start is left out; twenty destinations, so that lines
# count and not how many groups there are.
#
# tests/instructions.txt has what they cost when that was last written, by
# `make bench-guard UPDATE=1`. 15 % more may be another compiler, PCRE2 or SQLite.
# SPDX-License-Identifier: MIT
: "${SMTPLOG_STATS:=$PWD/smtplog-stats}"
: "${SOURCE:=$(cd "$(dirname "$0")/.." && pwd)}"
: "${MAKELOG:=$(dirname "$SMTPLOG_STATS")/bench/makelog}"
file=$SOURCE/tests/instructions.txt
headroom=15

LC_ALL=C TZ=UTC
export LC_ALL TZ
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

skip() {
	echo "1..0 # SKIP $*"
	exit 0
}

# instructions ARGUMENT...: how many the program needs, on standard output.
instructions() {
	valgrind --tool=callgrind --callgrind-out-file=/dev/null "$SMTPLOG_STATS" "$@" 2>"$work/said" >/dev/null
	sed -n 's/.*Collected : *//p' "$work/said"
}

# a_line SERVER
a_line() {
	for size in 1 4; do
		"$MAKELOG" -d 20 -s 7 "$1" "${size}M" >"$work/log" || exit 99
		wc -l <"$work/log"
		instructions report --jobs 1 --year 2026 "$work/log"
	done | paste -s | awk '{ printf "%d", ($4 - $2) / ($3 - $1) }'
}

command -v valgrind >/dev/null || skip "valgrind is not installed: instructions are not counted"
case $(uname -m),$(grep -c -m 1 avx2 /proc/cpuinfo 2>/dev/null) in
x86_64,1) ;;
*) skip "the bounds are those of x86-64 with AVX2" ;;
esac
case ${FLAGS--O3} in
*sanitize* | *coverage*) skip "a build with sanitizers or coverage does more" ;;
*-O[23]*) ;;
*) skip "the bounds are those of a build with -O2 or -O3" ;;
esac
[ -n "$(instructions --version)" ] || skip "this valgrind cannot run this build (its debug information, perhaps)"

if [ -n "${UPDATE-}" ]; then
	for server in postfix exim sendmail mixed; do
		echo "$server $(a_line $server)"
	done | tee "$work/costs"
	{
		sed '/^[^#]/,$d' "$file"
		cat "$work/costs"
	} >"$work/file" && cat "$work/file" >"$file"
	exit
fi

n=0
for server in postfix exim sendmail mixed; do
	n=$((n + 1))
	was=$(sed -n "s/^$server //p" "$file")
	is=$(a_line $server)
	result="ok $n"
	if [ "$is" -le 0 ] || [ "$is" -gt $((was * (100 + headroom) / 100)) ]; then
		result="not ok $n"
	fi
	echo "$result - $server: $is instructions a line; $was by tests/instructions.txt, and $headroom % more are allowed"
	if [ $((is * 5)) -lt $((was * 4)) ]; then
		echo "# $server: a fifth less than that; make bench-guard UPDATE=1 keeps it so"
	fi
done
echo "1..$n"
