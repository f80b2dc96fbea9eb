# lib.sh - what the scripts share that ruin things: where to work, a log to count, what
# must come out of it. SPDX-License-Identifier: MIT
: "${SMTPLOG_STATS:=$SOURCE/build/smtplog-stats}"
: "${RUIN:=$SOURCE/build/tests/ruin}"
LC_ALL=C.UTF-8 TZ=UTC
export LC_ALL TZ
# A library is preloaded here that the sanitizer does not know.
ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}verify_asan_link_order=0
export ASAN_OPTIONS

work=$(mktemp -d) || exit 99
n=0
leave() {
	[ -z "${mounted-}" ] || umount "$mounted"
	chmod -R u+w "$work"
	rm -rf "$work"
}
trap leave EXIT
trap 'exit 1' HUP INT TERM
cd "$work" || exit 99

# stream LINES: lines of several servers, each another one, their times up to now. Among them
# are lines in pieces, others between these, and lines that say how often another was repeated.
stream() {
	awk -v lines="$1" -v now="$(date +%s)" 'BEGIN {
		said[0] = "dsn=2.0.0, status=sent (250 2.0.0 Ok: queued)"
		said[1] = "dsn=5.1.1, status=bounced (host mx.example[192.0.2.1] said: 550 5.1.1 No such user (in reply to RCPT TO command))"
		said[2] = "dsn=4.2.0, status=deferred (host mx.example[192.0.2.1] said: 450 4.2.0 Greylisted (in reply to RCPT TO command))"
		split("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec", months)
		for (i = 0; i < lines; i++) {
			if (i % 1000 == 0)
				begin = int(now - 72000 + i / lines * 72000)
			print prefix(begin + int(i % 1000 / lines * 72000)) text()
		}
	}
	# Seconds since 1970 as a civil date; no awk but one has strftime().
	function prefix(t,    days, z, era, doe, yoe, doy, mp, y, m, d, s, host) {
		days = int(t / 86400); s = t % 86400
		z = days + 719468; era = int(z / 146097); doe = z - era * 146097
		yoe = int((doe - int(doe / 1460) + int(doe / 36524) - int(doe / 146096)) / 365)
		doy = doe - (365 * yoe + int(yoe / 4) - int(yoe / 100)); mp = int((5 * doy + 2) / 153)
		d = doy - int((153 * mp + 2) / 5) + 1; m = mp < 10 ? mp + 3 : mp - 9
		y = yoe + era * 400 + (m <= 2)
		host = "mx" int(i / 7) % 3
		if (host == "mx1")
			return sprintf("%s %2d %02d:%02d:%02d %s ", months[m], d, s / 3600, s / 60 % 60, s % 60, host)
		return sprintf("%04d-%02d-%02dT%02d:%02d:%02d+00:00 %s ", y, m, d, s / 3600, s / 60 % 60, s % 60, host)
	}
	function text() {
		if (i % 29 == 3)
			return sprintf("exim[77]: [1\\2] 1wOzWa-%06d-8y ** u%d@d%d.example R=dnslookup T=remote_smtp H=mx.example [192.0.2.1]: SMTP error from remote mail ser", i, i, i % 11)
		if (i % 29 == 4)
			return "exim[77]: [2\\2] ver after RCPT TO:<u@d.example>: 550 5.1.1 No such user " i
		if (i % 23 == 5 && i % 29 != 5)
			return "last message repeated " 2 + i % 5 " times"
		if (i % 5 == 0)
			return sprintf("postfix/qmgr[7]: %08X: removed", i)
		if (i % 17 == 0)
			return sprintf("sshd[8]: Connection closed by 192.0.2.9 port %d", i)
		return sprintf("postfix/smtp[9]: %08X: to=<u%d@d%d.example>, relay=mx.example[192.0.2.1]:25, delay=%d, delays=0/0/0/1, %s",
		               i, i, i % 11, i % 100, said[i % 3])
	}'
}

# dated DAYS: the date so many days after today, as rotation puts it behind a log's name. A
# date in a name says something about the year of the lines, so it must not lie.
today=$(date +%s)
dated() {
	date -d "@$((today + $1 * 86400))" +%Y%m%d
}

count() {
	"$SMTPLOG_STATS" ingest -q --db "$@"
}

counts() {
	"$RUIN/counts" "$@"
}

# result STATUS NAME: one TAP line.
result() {
	n=$((n + 1))
	if [ "$1" = 0 ]; then
		echo "ok $n - $2"
	else
		echo "not ok $n - $2"
	fi
}

# same DATABASE EXPECTED NAME: its counts must be those of a file, and it must be sound.
same() {
	if counts "$1" >is 2>why && cmp -s is "$2"; then
		result 0 "$3"
	else
		result 1 "$3"
		diff is "$2" | head -n 20 | cut -c -150 | sed 's/^/# /'
		sed 's/^/# /' why
	fi
}

# As many numbers as wanted, each below `below`.
random() {
	awk -v n="$1" -v below="$2" -v seed="$3" 'BEGIN { srand(seed); while (n-- > 0) print int(rand() * below) }'
}
