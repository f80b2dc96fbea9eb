#!/bin/sh
# listed.sh - every file of the kinds that Makefile.am lists must stand in it, so
# that nothing is left out of the build, the tests or the tarball; and what users
# can name must stand in the manual.
# SPDX-License-Identifier: MIT
cd "${SOURCE:=$(cd "$(dirname "$0")/.." && pwd)}" || exit 99

files=$(find src patterns doc bench tests -type f \( -name '*.[ch15]' -o -name '*.def' \
	-o -path 'patterns/*.json' -o -name '*.schema.json' -o -path 'tests/*.sh' \) | LC_ALL=C sort)
n=0
for file in $files; do
	n=$((n + 1))
	case $file in
	tests/check_*.c) word=${file%.c} ;;
	*) word=$file ;;
	esac
	if grep -Eq "(^|[[:space:]])$(printf %s "$word" | sed 's/[.]/[.]/g')([[:space:]]|\$)" Makefile.am; then
		echo "ok $n - $file"
	else
		echo "not ok $n - $file is not listed in Makefile.am"
	fi
done

# A case without its command would never run.
for case in tests/golden/*/; do
	[ -d "$case" ] || continue
	n=$((n + 1))
	if [ -f "${case}cmd" ] || [ -f "${case}run" ]; then
		echo "ok $n - $case"
	else
		echo "not ok $n - $case has neither cmd nor run"
	fi
done

# What can be asked for stands in the manual: options, filters, kinds, columns.
manual() {
	n=$((n + 1))
	if grep -Eq -e "$2" "$3"; then
		echo "ok $n - $3 explains $1"
	else
		echo "not ok $n - $3 does not explain $1"
	fi
}
for option in $(sed -En 's/^(OPTION\("|FACET\([A-Z_]*, ")([a-z-]*)".*/\2/p' src/cli/option.def src/pattern/filter.def); do
	manual "--$option" "^\.It.* Fl -$option( |\$)" doc/smtplog-stats.1
done
for kind in $(sed -n 's/^KIND([A-Z_]*, "\([a-z-]*\)".*/\1/p' src/pattern/event.def); do
	manual "the kind $kind" "^\.It Li $kind\$" doc/smtplog-stats.1
done
for class in $(sed -n 's/^REASON_CLASS([A-Z_]*, "\([a-z_]*\)".*/\1/p' src/pattern/event.def); do
	manual "the reason class $class" "^\.It Li $class\$" doc/smtplog-stats.1
done
for column in $(sed -n 's/^COLUMN([A-Z_]*, "\([a-z_]*\)".*/\1/p' src/store/column.def); do
	manual "--by $column" "^\.Li (.* )?$column( |\$)" doc/smtplog-stats.1
done
for input in $(sed -n 's/^INPUT([A-Z_]*, "\([a-z_]*\)".*/\1/p' src/pattern/input.def); do
	manual "the input $input" "^\.It Ic (.* )?$input( |\$)" doc/smtplog-stats-patterns.5
done
echo "1..$n"
