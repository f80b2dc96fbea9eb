#!/bin/sh
# golden.sh [--update] [CASE]... - run the real program and compare what it
# prints; one TAP line a case. tests/golden/README.md says what a case is.
# --update writes what the program printed as what is expected: read the
# difference before you keep it. SPDX-License-Identifier: MIT
: "${SOURCE:=$(cd "$(dirname "$0")/.." && pwd)}"
: "${SMTPLOG_STATS:=$SOURCE/build/smtplog-stats}"
cd "$SOURCE" || exit 99

LC_ALL=C.UTF-8 TZ=UTC NO_COLOR=1
export LC_ALL TZ NO_COLOR SMTPLOG_STATS
unset COLUMNS LANGUAGE CDPATH ENV

update=
if [ "${1-}" = --update ]; then
	update=yes
	shift
fi
[ $# -gt 0 ] || set -- tests/golden/*/

work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

# Run the case in $CASE; its output goes to $work/out, $work/err, $work/status.
run_case() {
	input=/dev/null
	[ ! -f "$CASE/input" ] || input=$CASE/input
	: >"$work/status"
	if [ -f "$CASE/run" ]; then
		sh "$CASE/run" <"$input"
		echo $? >>"$work/status"
		return
	fi
	while IFS= read -r arguments <&3 || [ -n "$arguments" ]; do
		case $arguments in '' | '#'*) continue ;; esac
		(eval "exec \"\$SMTPLOG_STATS\" $arguments") <"$input" 3<&-
		echo $? >>"$work/status"
	done 3<"$CASE/cmd"
}

# The temporary directory has another name in each run.
stable() {
	LC_ALL=C sed "s|$TMP|\$TMP|g" "$1" >"$work/stable" && mv "$work/stable" "$1"
}

# compare NAME GOT: $CASE/NAME, or nothing where there is no such file.
compare() {
	want=$CASE/$1
	[ -f "$want" ] || want=$work/nothing
	if [ -n "$update" ]; then
		if [ -s "$2" ]; then cp "$2" "$CASE/$1"; else rm -f "$CASE/$1"; fi
	elif ! cmp -s "$want" "$2"; then
		LC_ALL=C diff -a -u --label "$1" --label got "$want" "$2" >"$work/diff"
		LC_ALL=C sed 's/^/# /' "$work/diff" >>"$work/why"
	fi
}

: >"$work/nothing"
n=0
for CASE; do
	CASE=${CASE%/}
	[ -d "$CASE" ] || CASE=tests/golden/$CASE
	[ -f "$CASE/cmd" ] || [ -f "$CASE/run" ] || continue
	n=$((n + 1))
	TMP=$work/tmp
	mkdir "$TMP"
	export CASE TMP
	: >"$work/why"
	run_case >"$work/out" 2>"$work/err"
	stable "$work/out"
	stable "$work/err"
	# Zeros alone are what is expected without a file.
	grep -qv '^0$' "$work/status" || : >"$work/status"
	compare expected "$work/out"
	compare expected.err "$work/err"
	compare status "$work/status"
	name=$(basename "$CASE" | tr - ' ')
	if [ -s "$work/why" ]; then
		echo "not ok $n - $name"
		cat "$work/why"
	else
		echo "ok $n - $name"
	fi
	chmod -R u+w "$TMP"
	rm -rf "$TMP"
done
echo "1..$n"
