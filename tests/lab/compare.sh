#!/bin/sh
# compare.sh - the recordings of Postfix and Exim, counted by pflogsumm, by eximstats and
# by the program, as a page of Markdown (COMPARE.md is one). Where two differ, a row of
# differences.tsv must name the lines: without these both must count the same, and each
# of them must make the difference that its row says. Exit status 1 where that fails.
# PFLOGSUMM and EXIMSTATS are the tools; else those that ./tools made, else the installed.
# SPDX-License-Identifier: MIT
here=$(cd "$(dirname "$0")" && pwd)
: "${SMTPLOG_STATS:=$here/../../build/smtplog-stats}"
: "${LAB_RECORDINGS:=$here/recordings}"
: "${LAB_CACHE:=$here/../../build/lab}"
PATH=$LAB_CACHE/tools/bin:$PATH:/usr/sbin
: "${PFLOGSUMM:=pflogsumm}"
: "${EXIMSTATS:=eximstats}"
: "${AWK:=awk}"
NAMES='(?:mta-out|postfix[-/][a-z]+)'   # syslog_name of the recordings, which pflogsumm must be told
LC_ALL=C TZ=UTC NO_COLOR=1
export LC_ALL TZ NO_COLOR

for tool in "$PFLOGSUMM" "$EXIMSTATS"; do
	command -v "$tool" >/dev/null || { echo "compare.sh: SKIP, no $tool; \`sh tests/lab/tools\` fetches it" >&2; exit 77; }
done
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

pflogsumm_columns="delivered deferrals bounced rejected"
pflogsumm_theirs() {
	"$PFLOGSUMM" --syslog-name="$NAMES" "$1" 2>/dev/null | $AWK '
		$2 == "delivered" && !d { d = $1 } $2 == "forwarded" && !f { f = $1 } $2 == "bounced" && !b { b = $1 }
		$2 == "rejected" && !r { r = $1 } $2 == "deferred" && /deferrals/ { sub(/^\(/, "", $3); t = $3 }
		END { print d + f, t + 0, b + 0, r + 0 }'
}
pflogsumm_ours='
	kind == "delivery" { n[outcome == "ok" ? 1 : outcome == "temporary" ? 2 : 3] += times }
	kind == "reject" { n[4] += times }
	END { print n[1] + 0, n[2] + 0, n[3] + 0, n[4] + 0 }'

eximstats_columns="delivered delayed failed refused later"
eximstats_theirs() {
	"$EXIMSTATS" -nr -nt "$1" 2>/dev/null | $AWK '
		$1 == "Received" && !seen++ { delayed = $5; failed = $7 } $1 == "Delivered" && !d { d = $4 }
		$1 == "Rejects" && !r { r = $2 } $1 == "Temp" && $2 == "Rejects" && !t { t = $3 }
		END { print d + 0, delayed + 0, failed + 0, r + 0, t + 0 }'
}
eximstats_ours='
	kind == "delivery" && outcome == "ok" || kind == "disposed" && direction == "local" { n[1] += times }
	(kind == "delivery" || kind == "waiting") && outcome == "temporary" && !delayed[id]++ { n[2]++ }
	kind == "delivery" && outcome == "permanent" && !failed[id]++ { n[3]++ }
	kind == "reject" { n[outcome == "permanent" ? 4 : 5] += times }
	END { print n[1] + 0, n[2] + 0, n[3] + 0, n[4] + 0, n[5] + 0 }'

ours() {
	"$SMTPLOG_STATS" events "$2" 2>/dev/null | $AWK -F '\t' '
		NR == 1 { for (i = 1; i <= NF; i++) column[$i] = i; next }
		{ kind = $column["kind"]; direction = $column["direction"]; outcome = $column["outcome"]; id = $column["id"]; times = $column["count"] }
		'"$1"
}

# Both counts of $work/rest: "THEIRS;OURS".
both() {
	eval "program=\$$1_ours"
	echo "$("$1_theirs" "$work/rest");$(ours "$program" "$work/rest")"
}

# The lines of $work/rest that regex $1 fits go to $work/part.
split() {
	regex=$1
	case $regex in
	*" of "*)
		ids=$(REGEX="${regex%% of *}" perl -ne 'print quotemeta($1), "|" if /$ENV{REGEX}/o' "$work/log")
		regex=$(IDS="(?:${ids:-(?!)|}(?!))" REGEX="${regex#* of }" perl -e '$_ = $ENV{REGEX}; s/%i/$ENV{IDS}/; print')
		;;
	esac
	REGEX="$regex" PART="$work/part" perl -i -ne 'BEGIN { open($part, ">", $ENV{PART}) or die } if (/$ENV{REGEX}/o) { print $part $_ } else { print }' "$work/rest"
}

# fail TEXT
fail() {
	echo "compare.sh: $run, $format: $1" >&2
	failed=1
}

# What each row of differences.tsv explains of this log; appended to $work/rows.
explain() {
	explained=
	while IFS='	' read -r key who each regex why; do
		[ "$who" = "$tool" ] || continue
		split "$regex"
		[ -s "$work/part" ] || continue
		after=$(both "$tool")
		lines=$(wc -l <"$work/part")
		delta=$(echo "$before;$after" | $AWK -F ';' '{
			n = split($1, a, " "); split($2, b, " "); split($3, c, " "); split($4, d, " ")
			for (i = 1; i <= n; i++) printf "%s%d", (i > 1 ? " " : ""), (a[i] - b[i]) - (c[i] - d[i])
			printf ";"
			for (i = 1; i <= n; i++) printf "%s%d", (i > 1 ? " " : ""), a[i] - c[i]
			printf ";"
			for (i = 1; i <= n; i++) printf "%s%d", (i > 1 ? " " : ""), b[i] - d[i] }')
		before=$after
		difference=${delta%%;*}
		if [ "$each" != "*" ]; then
			want=$(echo "$each" | $AWK -v lines="$lines" '{ for (i = 1; i <= NF; i++) printf "%s%d", (i > 1 ? " " : ""), $i * lines }')
			[ "$want" = "$difference" ] || fail "$lines lines of $key make $difference instead of $want"
		fi
		case $difference in *[1-9]*)
			explained="$explained $key×$lines"
			printf '%s\t%s\t%s\t%s\t%s\n' "$key" "$run, $format" "$lines" "$delta" "$(head -n 1 "$work/part" | cut -c 1-230)" >>"$work/rows" ;;
		esac
	done <"$here/differences.tsv"
	[ "${after%;*}" = "${after#*;}" ] || fail "without the explained lines they count ${after%;*}, we ${after#*;}"
}

# table TOOL PREFIX: the recordings of PREFIX*, a row each.
table() {
	tool=$1
	eval "columns=\$${tool}_columns"
	echo "| recording | format |$(printf ' %s |' $columns) explained by |"
	echo "|---|---|$(for column in $columns; do printf -- '--:|'; done)---|"
	: >"$work/rows"
	for log in "$LAB_RECORDINGS/$2"*/*.log.xz; do
		run=${log%/*}
		run=${run##*/}
		format=${log##*/}
		format=${format%.log.xz}
		xz -dc "$log" >"$work/log"
		cp "$work/log" "$work/rest"
		before=$(both "$tool")
		after=$before
		cells=$(echo "$before" | $AWK -F ';' '{ n = split($1, a, " "); split($2, b, " ")
			for (i = 1; i <= n; i++) printf " %s |", (a[i] == b[i] ? a[i] : a[i] " / " b[i]) }')
		explain
		echo "| $run | $format |$cells${explained:- –} |"
	done
	echo
	legend
}

# What the keys mean, with what they come to in all recordings, and the first line of each.
legend() {
	while IFS='	' read -r key who each regex why; do
		[ "$who" = "$tool" ] && grep -q "^$key	" "$work/rows" || continue
		$AWK -F '\t' -v key="$key" '$1 == key { lines += $3; logs++ } END { printf "**%s** %d line%s in %d log%s: ", key, lines, (lines > 1 ? "s" : ""), logs, (logs > 1 ? "s" : "") }' "$work/rows"
		printf '%s.\n' "$why"
		echo
		$AWK -F '\t' -v key="$key" -v columns="$columns" '$1 == key && !seen++ {
			n = split(columns, name, " "); split($4, part, ";"); split(part[2], a, " "); split(part[3], b, " ")
			printf "    %s: %d line%s", $2, $3, ($3 > 1 ? "s" : "")
			for (i = 1; i <= n; i++)
				if (a[i] != b[i]) printf ", %s %d / %d", name[i], a[i], b[i]
			print "\n    " $5
		}' "$work/rows" | $AWK '{ gsub(/[\001-\037\177]/, "?"); print }'
		echo
	done <"$here/differences.tsv"
}

failed=0
cat <<HEAD
# Beside pflogsumm and eximstats

Each recording of \`recordings/\`, counted by $("$PFLOGSUMM" --version) or the eximstats of Exim
$("$EXIMSTATS" --version 2>&1 | sed -n 's/^build: //p'), and by smtplog-stats, whose figures are those that the other end of the
wire wrote down (\`replay.sh\`). Where a cell has two figures the first is theirs. The last
column names lines by a key, and their number: without them both count the same, and each
of them makes the difference that its row in \`differences.tsv\` says (\`*\`: several, or
none). \`make compare\` prints this page anew, and fails where that is not so.

## Postfix: pflogsumm

Ours are deliveries (kind delivery, in any direction) by outcome, and refusals (kind
reject). Theirs: delivered and forwarded, deferrals, bounced, rejected.

HEAD
table pflogsumm postfix
cat <<HEAD
## Exim: eximstats

Theirs: delivered addresses, messages with at least one delayed address, messages with at
least one failed address, rejects, temporary rejects. Ours are deliveries and what was
disposed locally; messages (ids) with an address deferred or waiting; messages with a
failed address; refusals of 5yz; refusals of 4yz.

HEAD
table eximstats exim
exit $failed
