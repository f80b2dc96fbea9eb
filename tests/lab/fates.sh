#!/bin/sh
# fates.sh - the lines of the recordings that give no event, and why not.
#
# A line that is known, trouble or foreign and holds a number where a reply's code could
# stand must be explained by a row of fates.tsv, so must each line of a mail server that is
# not recognised; and each row by a line. A code could stand at the begin, or behind a
# byte that is part of no word, number, name, address or path, or behind a newline as
# Exim writes it; a blank, a dash or the end follows.
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
: >"$work/used"

n=0
for log in "$LAB_RECORDINGS"/*/*log.xz; do
	[ -f "$log" ] || continue
	n=$((n + 1))
	name=${log#"$LAB_RECORDINGS"/}
	xz -dc "$log" | "$SMTPLOG_STATS" events --fate known,trouble,foreign,unrecognised - |
		$AWK -F '\t' -v name="${name%.xz}" -v used="$work/used" '
		FNR == NR {
			if (FNR > 1) { n++; server[n] = $1; fate[n] = $2; shape[n] = $3 }
			next
		}
		FNR == 1 { for (i = 1; i <= NF; i++) column[$i] = i; next }
		{ text = $column["text"]; its = $column["fate"] }
		its != "unrecognised" && text !~ /(^|[^0-9A-Za-z._\/@+-]|\\n)[2-5][0-9][0-9]([ -]|$)/ { next }
		{
			for (i = 1; i <= n; i++)
				if (index(name, server[i]) == 1 && index("," fate[i] ",", "," its ",") && text ~ shape[i]) {
					if (!seen[i]++)
						print i >>used
					next
				}
			if (++missing <= 20)
				print "# line " $column["line"] ", " its ": " text
		}
		END { exit missing > 0 || column["text"] == "" }' "$SOURCE/tests/lab/fates.tsv" - >"$work/why"
	if [ $? = 0 ]; then
		echo "ok $n - $name"
	else
		echo "not ok $n - $name: what gives no event is explained"
		cat "$work/why"
	fi
done

# Of other recordings not every row need be seen.
if [ "$LAB_RECORDINGS" = "$SOURCE/tests/lab/recordings" ]; then
	n=$((n + 1))
	$AWK -F '\t' 'FNR == NR { seen[$1] = 1; next }
		FNR > 1 && (!seen[FNR - 1] || $4 == "") { print "# row " FNR ": " $0; bad = 1 }
		END { exit bad }' "$work/used" "$SOURCE/tests/lab/fates.tsv" >"$work/why"
	if [ $? = 0 ]; then
		echo "ok $n - each row of fates.tsv explains a line"
	else
		echo "not ok $n - each row of fates.tsv explains a line"
		cat "$work/why"
	fi
fi
echo "1..$n"
