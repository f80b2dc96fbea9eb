#!/bin/sh
# alike.sh - the same lines give the same counts, to the unit: by one run or one for each
# line, from files in any order, plain or packed, by any number of threads; also where a
# line in pieces, or one that says how often another was repeated, comes after a border.
# SPDX-License-Identifier: MIT
: "${SOURCE:=$(cd "$(dirname "$0")/.." && pwd)}"
. "$SOURCE/tests/ruin/lib.sh"

# begin NAME: anew, with nothing.
begin() {
	name=$1
	rm -rf db db-* log
	mkdir log
}

end() {
	same db "${1-expected}" "$name"
}

# part FROM TO
part() {
	sed -n "$1,$2p" stream
}

stream 300 >stream
count whole stream || exit 99
counts whole >expected || exit 99

for jobs in 1 2 8; do
	begin "$jobs threads"
	cat stream >log/mail.log
	count db --jobs $jobs log/mail.log
	end
done

begin 'standard input'
count db - <stream
end

begin 'a run for each line'
while IFS= read -r line; do
	printf '%s\n' "$line" >>log/mail.log
	count db log/mail.log
done <stream
end

begin 'a run whenever 997 bytes more are there'
at=0 size=$(wc -c <stream)
while [ $at -lt "$size" ]; do
	at=$((at + 997))
	head -c $at stream >log/mail.log
	count db log/mail.log
done
end

begin 'a log that is rotated after each third line, without a run'
at=1
while [ $at -le 300 ]; do
	part $at $((at + 2)) >"log/mail.log-$(dated $at)"
	at=$((at + 3))
done
mv "log/mail.log-$(dated 298)" log/mail.log
count db log/*
end

begin 'the same with a run at each'
at=1
while [ $at -le 300 ]; do
	[ $at = 1 ] || mv log/mail.log "log/mail.log-$(dated $at)"
	part $at $((at + 2)) >log/mail.log
	[ $((at % 2)) = 0 ] || gzip -f "log/mail.log-$(dated $at)" 2>/dev/null
	count db log/mail.log
	at=$((at + 3))
done
end

# Borders within what belongs together.
for packing in cat gzip bzip2 xz zstd lz4; do
	command -v $packing >/dev/null || continue
	for order in 'log/mail.log.2 log/mail.log.1 log/mail.log' 'log/mail.log log/mail.log.1 log/mail.log.2' \
	             'log/mail.log.1 log/mail.log log/mail.log.2'; do
		begin "$packing, ${order}"
		part 1 62 | $packing >log/mail.log.2
		part 63 212 | $packing >log/mail.log.1
		part 213 300 | $packing >log/mail.log
		count db --jobs 2 $order
		end
	done
	begin "$packing, a part a run, and all again"
	part 1 62 >log/mail.log
	count db log/mail.log
	$packing <log/mail.log >log/mail.log.1
	count db log/*
	count db log/*
	part 63 212 >log/mail.log
	count db log/mail.log
	mv log/mail.log.1 log/mail.log.2
	$packing <log/mail.log >log/mail.log.1
	part 213 300 >log/mail.log
	count db log/mail.log log/mail.log.2
	count db log/*
	end
done

# Lines that a container engine cut, in which the last bytes are the reply.
awk 'BEGIN { for (i = 0; i < 120; i++) {
	at = sprintf("2026-11-21T10:%02d:%02dZ std%s ", i / 60, i % 60, i % 4 ? "out" : "err")
	print at "P 2026-11-21 10:00:00 1vMD4x-0000" 1000 + i "aQz-1Kfw ** kim@one.example R=dnslookup T=remote_smtp H=mx.one.example [203.0.113.25]: SMTP error from remote mail server after RC"
	if (i % 3 == 0) print at "P PT TO:<kim@one.example>: 550"
	print at (i % 3 ? "F PT TO:<kim@one.example>: 451" : "F ") " No, number " i } }' >stream
rm -f whole whole-*
count whole stream && counts whole >expected || exit 99
begin 'cut by an engine, a run for each line'
while IFS= read -r line; do
	printf '%s\n' "$line" >>log/mail.log
	count db log/mail.log
done <stream
end
begin 'cut by an engine, a part for each line'
at=1
while [ $at -le 280 ]; do
	part $at $at >"log/mail.log-$(dated $at)"
	at=$((at + 1))
done
count db log/*
end

# Larger than a window and an epoch's chunks: threads have something to share.
yes "$(cat stream)" | head -n 200000 | awk '{ print $0, NR }' >long
gzip <long >long.gz
count wide --jobs 1 long
counts wide >wide.expected || exit 99
for jobs in 2 8; do
	for log in long long.gz; do
		begin "$log, $jobs threads"
		count db --jobs $jobs $log
		end wide.expected
	done
done
echo "1..$n"
