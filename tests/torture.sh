#!/bin/sh
# torture.sh [ROUNDS [SEED]] - a log is written, in pieces that end anywhere, and rotated
# in each mode, while ingests run, several at once, and are killed at any moment. In the
# end the database must hold what one run over all that was written counts. One TAP line a
# mode. `make torture` runs more rounds. SPDX-License-Identifier: MIT
: "${SOURCE:=$(cd "$(dirname "$0")/.." && pwd)}"
: "${SMTPLOG_STATS:=$SOURCE/build/smtplog-stats}"
rounds=${1:-60} seed=${2:-1}
LC_ALL=C.UTF-8 TZ=UTC
export LC_ALL TZ

work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
cd "$work" || exit 99

# Lines of which no two are equal.
write_stream() {
	awk -v lines=$((rounds * 200)) 'BEGIN {
		said[0] = "dsn=2.0.0, status=sent (250 2.0.0 Ok: queued)"
		said[1] = "dsn=5.1.1, status=bounced (host mx.example[192.0.2.1] said: 550 5.1.1 No such user (in reply to RCPT TO command))"
		said[2] = "dsn=4.2.0, status=deferred (host mx.example[192.0.2.1] said: 450 4.2.0 Greylisted (in reply to RCPT TO command))"
		for (i = 0; i < lines; i++) {
			printf "2026-11-%02dT%02d:%02d:%02d+00:00 mx%d ", 1 + i / 43200, i / 1800 % 24, i / 30 % 60, i % 30 * 2, i % 3
			if (i % 5 == 0)
				printf "postfix/qmgr[7]: %08X: removed\n", i
			else if (i % 17 == 0)
				printf "sshd[8]: Connection closed by 192.0.2.9 port %d\n", i
			else
				printf "postfix/smtp[9]: %08X: to=<u%d@d%d.example>, relay=mx.example[192.0.2.1]:25, delay=%d, delays=0/0/0/1, %s\n",
				       i, i, i % 11, i % 100, said[i % 3]
		}
	}'
}

# As many numbers as wanted, each below `below`.
random() {
	awk -v n="$1" -v below="$2" -v seed="$seed" 'BEGIN { srand(seed); while (n--) print int(rand() * below) }'
}

# At the writer's own file, whatever its name is by now.
append() {
	tail -c +$((written + 1)) stream | head -c "$1" >&4
	written=$((written + $1))
	[ $written -le $size ] || written=$size
}

# A line stands in one file as a whole.
finish_line() {
	[ "$(head -c $written stream | tail -c 1)" = "" ] || append "$(tail -c +$((written + 1)) stream | head -n 1 | wc -c)"
}

reopen() {
	exec 4>>log/mail.log
}

# ingest DELAY FILE...: in the background; killed after as many milliseconds, 0: not.
ingest() {
	(
		delay=$1
		shift
		"$SMTPLOG_STATS" ingest -q --jobs $((1 + delay % 2)) --db db "$@" 2>>errors &
		pid=$!
		if [ "$delay" -gt 0 ]; then
			sleep "0.$(printf %03d "$delay")"
			kill -KILL $pid
		fi
		wait $pid
		echo $? >>statuses
	) 2>/dev/null &
}

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
		[ ! -f "$part" ] || [ "$part" = "log/mail.log-$days" ] || "$1" "$part"
	done
}

rotate() {
	days=$((days + 1))
	case $mode in
	rename | create)
		shift_parts
		mv log/mail.log log/mail.log.1
		[ $mode = rename ] || : >log/mail.log
		append "$1"
		ingest 0 log/mail.log
		finish_line
		reopen ;;
	dateext)
		mv log/mail.log "log/mail.log-$days"
		append "$1"
		finish_line
		reopen ;;
	copytruncate)
		shift_parts
		finish_line
		head -c "$1" log/mail.log >log/mail.log.1
		ingest 0 log/mail.log log/mail.log.1
		cp log/mail.log log/mail.log.1
		: >log/mail.log ;;
	esac
	pack "$2"
}

run_mode() {
	rm -rf log db db-*
	mkdir log
	written=0 days=20261101
	reopen
	while read -r what amount delay <&5; do
		case $what in
		[0-3]) append $((amount * 7)) ;;
		4) rotate "$amount" gzip ;;
		5) rotate "$amount" xz ;;
		6) ingest 0 log/* ;;
		*) ingest $((delay % 60)) log/mail.log ;;
		esac
		case $delay in *[05]) wait ;; esac
	done 5<plan
	append $size
	wait
	ingest 0 log/*
	wait
}

rows() {
	"$SMTPLOG_STATS" -q --top 0 --db "$1" | sed '1s/[0-9]* files*, //'
}

write_stream >stream
size=$(wc -c <stream)
random $((3 * rounds)) 1000 | paste - - - | awk '{ print $1 % 12, $2, $3 }' >plan
"$SMTPLOG_STATS" ingest -q --db whole stream || exit 99
rows whole >expected
echo 1..4
n=0
for mode in rename create dateext copytruncate; do
	n=$((n + 1))
	: >errors
	: >statuses
	run_mode
	if rows db | cmp -s - expected; then
		echo "ok $n - $mode: $(wc -l <statuses | tr -d ' ') runs, $(grep -c 137 statuses) killed"
	else
		echo "not ok $n - $mode"
		rows db | diff - expected | head -n 20 | sed 's/^/# /'
		sed 's/^/# /' errors
	fi
done
