#!/bin/sh
# replay.sh - the recordings of real servers, counted by the program, against the
# truth that the lab's sink and client wrote down: for each recording and log format
# the multiset of (kind, direction, code, enhanced code, destination) must be equal.
# LAB_RECORDINGS names other recordings. SPDX-License-Identifier: MIT
: "${SOURCE:=$(cd "$(dirname "$0")/../.." && pwd)}"
: "${SMTPLOG_STATS:=$SOURCE/build/smtplog-stats}"
: "${LAB_RECORDINGS:=$SOURCE/tests/lab/recordings}"
: "${AWK:=awk}"

LC_ALL=C TZ=UTC NO_COLOR=1
export LC_ALL TZ NO_COLOR
if ! xz --version >/dev/null 2>&1; then
	if [ "${CI-}" = true ]; then
		printf '1..1\nnot ok 1 - xz is there, with which the recordings are packed\n'
	else
		echo "1..0 # SKIP no xz"
	fi
	exit
fi
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

# The events of a log as the truth writes them: COUNT KIND DIRECTION CODE ENHANCED
# DOMAIN. What stands in dsn= only is not the reply's.
counted() {
	xz -dc "$1" | "$SMTPLOG_STATS" events - | $AWK -F '\t' -v OFS='\t' '
		NR == 1 { for (i = 1; i <= NF; i++) column[$i] = i; next }
		{
			enhanced = $column["enhanced"]
			if ($column["code_basis"] == "explicit" && $column["enhanced_basis"] != "reply")
				enhanced = "-"
			count[$column["kind"] OFS $column["direction"] OFS $column["code"] OFS enhanced OFS $column["domain"]] += $column["count"]
		}
		END { for (event in count) print count[event], event }' | sort -k 2
}

n=0
printf '# %-20s %-14s %9s %9s %8s %8s\n' recording format recorded counted missing surplus
for log in "$LAB_RECORDINGS"/*/*.log.xz; do
	[ -f "$log" ] || continue
	n=$((n + 1))
	run=${log%/*}
	format=${log##*/}
	xz -dc "$run/truth.xz" | sort -k 2 >"$work/truth"
	counted "$log" >"$work/counted"
	$AWK -F '\t' -v OFS='\t' -v run="${run##*/}" -v format="${format%.log.xz}" '
		{ event = $2; for (i = 3; i <= NF; i++) event = event OFS $i }
		FNR == NR { want[event] = $1; recorded += $1; next }
		{ got[event] = $1; counted += $1 }
		END {
			for (event in want)
				if (want[event] > got[event] + 0) {
					missing += want[event] - got[event]
					print "#   missing " want[event] - got[event], event >"/dev/stderr"
				}
			for (event in got)
				if (got[event] > want[event] + 0) {
					surplus += got[event] - want[event]
					print "#   surplus " got[event] - want[event], event >"/dev/stderr"
				}
			printf "# %-20s %-14s %9d %9d %8d %8d\n", run, format, recorded, counted, missing, surplus
			exit missing + surplus > 0 || recorded == 0
		}' "$work/truth" "$work/counted" 2>"$work/why"
	if [ $? = 0 ]; then
		echo "ok $n - ${run##*/}, ${format%.log.xz}"
	else
		echo "not ok $n - ${run##*/}, ${format%.log.xz}"
		sort "$work/why" | head -n "${LAB_DIFFERENCES:-40}"
	fi
done
echo "1..$n"
