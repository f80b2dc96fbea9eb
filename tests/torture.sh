#!/bin/sh
# torture.sh [ROUNDS [SEED]] - a log is written, in pieces that end anywhere, and rotated
# in each mode, while ingests run, several at once, and are killed at any moment, and the
# clock goes ahead by days. In the end the database must hold what one run over all that was
# written counts, and be sound. Where logrotate is installed, it rotates, too, and where
# libfaketime is, all see another clock; else only the files' times jump. One TAP line a
# mode. `make torture` runs more rounds. SPDX-License-Identifier: MIT
: "${SOURCE:=$(cd "$(dirname "$0")/.." && pwd)}"
. "$SOURCE/tests/ruin/lib.sh"
rounds=${1:-60} seed=${2:-1}
PATH=$PATH:/usr/sbin:/sbin
for faketime in /usr/lib/*/faketime/libfaketime.so.1 /usr/lib*/faketime/libfaketime.so.1 none; do
	[ ! -f "$faketime" ] || break
done

# --- the writer ------------------------------------------------------------------

# The next $1 bytes, at the writer's own file, whatever its name is by now.
append() {
	tail -c +$((written + 1)) stream | head -c "$1" >&4
	written=$((written + $1))
	[ $written -le $size ] || written=$size
}

# What is missing to the end of a line.
rest_of_line() {
	[ "$(head -c $written stream | tail -c 1)" = "" ] || tail -c +$((written + 1)) stream | head -n 1
}

# late BYTES: the last that go to a log stand in `late` and, to the end of a line, `rest`. A
# line stands in one file as a whole, and is not half written for long.
late() {
	tail -c +$((written + 1)) stream | head -c "$1" >late
	written=$((written + $(wc -c <late)))
	rest_of_line >rest
	written=$((written + $(wc -c <rest)))
}

reopen() {
	exec 4>>log/mail.log
}

# --- the clock ---------------------------------------------------------------------

# From now on it is a day later; but a line without a year must not come to be an old one.
next_day() {
	[ $ahead -gt $((300 * 86400)) ] || ahead=$((ahead + 86400))
}

# Or an hour earlier.
jump() {
	case $(($1 % 4)) in
	0) next_day ;;
	1) ahead=$((ahead > 3600 ? ahead - 3600 : 0)) ;;
	esac
}

# The command, with the clock as it is, also for the times of files.
now() {
	if [ -f "$faketime" ]; then
		LD_PRELOAD=$faketime FAKETIME="+${ahead}s" FAKE_UTIME=1 "$@"
	else
		[ ! -f log/mail.log ] || touch -d "@$(($(date +%s) + ahead))" log/mail.log
		"$@"
	fi
}

# --- ingests -----------------------------------------------------------------------

# ingest DELAY FILE...: in the background; killed after as many thousandths of 60 ms, 0: not.
# Of those with an odd delay the time is counted from when they begin to write.
ingest() {
	delay=$1
	shift
	if [ "$delay" = 0 ] || [ $((delay % 3)) != 0 ]; then
		set -- kill $((delay * 60)) "$SMTPLOG_STATS" ingest -q --jobs $((1 + delay % 2)) --db db "$@"
	else
		set -- within $((1 + delay * 3)) "$SMTPLOG_STATS" ingest -q --jobs $((1 + delay % 2)) --db db "$@"
	fi
	now "$RUIN/strike" "$@" >>statuses 2>>errors 4>&- 5<&- &
}

# --- rotation ----------------------------------------------------------------------

# mail.log.1 and those before it become a day older.
shift_parts() {
	for age in 9 8 7 6 5 4 3 2 1; do
		for part in log/mail.log.$age log/mail.log.$age.*; do
			[ ! -f "$part" ] || mv "$part" "log/mail.log.$((age + 1))${part#log/mail.log.$age}"
		done
	done
}

pack() {
	for part in log/mail.log.2 log/mail.log-*[0-9]; do
		[ ! -f "$part" ] || [ "$part" = "log/mail.log-$(dated $days)" ] || "$1" "$part"
	done
}

# By hand, so that it stops in between.
rotate() {
	days=$((days + 1))
	case $mode in
	rename | create)
		late "$1"
		shift_parts
		mv log/mail.log log/mail.log.1
		[ $mode = rename ] || : >log/mail.log
		cat late >&4
		ingest 0 log/mail.log
		cat rest >&4
		reopen ;;
	dateext)
		late "$1"
		mv log/mail.log "log/mail.log-$(dated $days)"
		cat late rest >&4
		reopen ;;
	copytruncate)
		shift_parts
		late 0
		cat rest >&4
		head -c "$1" log/mail.log >log/mail.log.1
		ingest 0 log/mail.log log/mail.log.1
		cp log/mail.log log/mail.log.1
		: >log/mail.log ;;
	esac
	pack "$2"
}

# What the writer writes to the old file until it is told is in `late`. While logrotate
# copies and cuts it may write nothing: that would be lost for all.
logrotate_config() {
	echo "\"$work/log/mail.log\" {"
	echo 'rotate 1000'
	case $mode in *dateext*) echo 'dateext'; echo 'dateformat -%Y%m%d-%s' ;; esac
	case $mode in *copytruncate*) echo 'copytruncate' ;; *) echo 'create 0640' ;; esac
	case $mode in *delaycompress*) echo 'delaycompress' ;; esac
	case $mode in
	*gzip) echo compress ;;
	*bzip2 | *xz | *zstd | *lz4)
		echo compress
		echo "compresscmd $(command -v "${mode##* }")"
		echo "compressext .${mode##* }" | sed 's/zstd$/zst/; s/bzip2$/bz2/'
		case $mode in *zstd | *lz4) echo 'compressoptions -q' ;; esac ;;
	esac
	case $mode in *copytruncate*) ;; *) printf 'postrotate\ncat %s/late >>/proc/%d/fd/4\nendscript\n' "$work" $$ ;; esac
	echo '}'
}

rotate_really() {
	days=$((days + 1))
	next_day
	case $mode in
	*copytruncate*)
		late 0
		cat rest >&4 ;;
	*)
		late "$1"
		cat rest >>late ;;
	esac
	now logrotate --force --state "$work/state" "$work/config" >>errors 2>&1
	case $mode in *copytruncate*) ;; *) reopen ;; esac
}

# --- a life --------------------------------------------------------------------------

run_mode() {
	rm -rf log db db-* state
	mkdir log
	: >errors
	: >statuses
	written=0 days=0 ahead=0
	reopen
	# Of a log that nobody knows, no parts are looked for: so it is to be known.
	append 7000
	ingest 0 log/mail.log
	wait
	case $mode in logrotate*) logrotate_config >config ;; esac
	while read -r what amount delay <&5; do
		case $what in
		[0-3]) append $((amount * 7)) ;;
		4 | 5) case $mode$what in
			logrotate*) rotate_really "$amount" ;;
			*4) rotate "$amount" gzip ;;
			*5) rotate "$amount" xz ;;
			esac ;;
		6) jump "$amount"; ingest 0 log/* ;;
		*) ingest "$delay" log/mail.log ;;
		esac
		case $delay in *[05]) wait ;; esac
	done 5<plan
	append $size
	wait
	ingest 0 log/*
	wait
}

kills() {
	cat statuses >>all
	echo "$(wc -l <statuses | tr -d ' ') runs, $(grep -c ^killed statuses) killed, $(grep -c inside statuses) of them inside a transaction"
}

stream $((rounds * 200)) >stream
size=$(wc -c <stream)
random $((3 * rounds)) 1000 "$seed" | paste - - - | awk '{ print $1 % 12, $2, $3 }' >plan
count whole stream || exit 99
counts whole >expected || exit 99

set -- rename create dateext copytruncate
if command -v logrotate >/dev/null && [ -d /proc/$$/fd ]; then
	set -- "$@" 'logrotate' 'logrotate copytruncate' 'logrotate delaycompress dateext zstd'
	[ "$rounds" -le 60 ] || set -- "$@" 'logrotate gzip' 'logrotate dateext bzip2' 'logrotate delaycompress xz' \
		'logrotate copytruncate delaycompress lz4'
fi
for mode; do
	case $mode in
	*gzip | *bzip2 | *xz | *zstd | *lz4) command -v "${mode##* }" >/dev/null || continue ;;
	esac
	run_mode
	same db expected "$mode: $(kills)"
	sort errors | uniq -c | head -n 5 | sed 's/^/# /'
done
mv all statuses
: >all
echo "# in all: $(kills)"
echo "1..$n"
