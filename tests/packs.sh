#!/bin/sh
# packs.sh - the packs' own samples as tests: `patterns test` prints one line a
# pattern, "ok PACK/PATTERN ..." or "FAIL PACK/PATTERN: ...", and further lines
# for the reader. SPDX-License-Identifier: MIT
: "${SOURCE:=$(cd "$(dirname "$0")/.." && pwd)}"
: "${SMTPLOG_STATS:=$SOURCE/build/smtplog-stats}"
cd "$SOURCE" || exit 99

LC_ALL=C.UTF-8 TZ=UTC NO_COLOR=1
export LC_ALL TZ NO_COLOR
{
	"$SMTPLOG_STATS" patterns test --patterns "$SOURCE/patterns" 2>&1
	echo "status $?"
} | awk '
	/^ok /   { sub(/^ok +/, ""); gsub(/#/, "\\#"); print "ok " ++n " - " $0; next }
	/^FAIL / { sub(/^FAIL +/, ""); gsub(/#/, "\\#"); print "not ok " ++n " - " $0; failed = 1; next }
	/^status [0-9]+$/ { status = $2; next }
	{ print "# " $0 }
	END {
		good = n > 0 && (status == 0 || failed)
		print (good ? "ok " : "not ok ") n + 1 " - patterns test ran (exit status " status ")"
		print "1.." n + 1
	}'
