/* makelog.c - writes a mail log of a given size, the same one for the same
 * arguments, and the truth about it.
 *
 *   makelog [-io] [-d DESTINATIONS] [-s SEED] [-t TRUTH] postfix|exim|sendmail|mixed SIZE[k|M|G]
 *
 * 5,000 destinations are used as often as Zipf's law has it (the x-th as often as
 * 1/x), each has three relays; 15 % of deliveries fail, in 200 texts; three lines
 * in four hold no reply. Of more destinations than that, two deliveries in three go
 * to the others, each in its turn, so that 900 MB hold a million of them. The clock
 * runs on by a second every 80 lines. -i writes RFC 3339 times for RFC 3164 ones
 * (Exim writes its own), -o Exim's message ids as they were before 4.97. TRUTH gets
 * the counts that a report on the log must show. SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { FAVOURITES = 5000, RELAYS = 3, FAILURES_PERCENT = 15, LINES_PER_SECOND = 80, CODE_MAX = 600 };
enum outcome { OK, TEMPORARY, PERMANENT, N_OUTCOMES };
enum server { POSTFIX, EXIM, SENDMAIL, N_SERVERS };

static const char *const server_names[N_SERVERS] = { "postfix", "exim", "sendmail" };
static const char *const outcome_names[N_OUTCOMES] = { "ok", "temporary", "permanent" };

/* Why a delivery fails: 20 causes, each worded by 10 sites. */
struct cause {
	const char *code, *enhanced, *command, *text; /* code "": nobody answered */
};
static const struct cause causes[] = {
	{ "550", "5.1.1", "RCPT TO", "User unknown in virtual mailbox table" },
	{ "550", "5.1.1", "RCPT TO", "The email account that you tried to reach does not exist" },
	{ "550", "5.2.1", "RCPT TO", "The mailbox is disabled" },
	{ "550", "5.4.1", "RCPT TO", "Recipient address rejected: Access denied" },
	{ "550", "5.7.1", "end of DATA", "Message rejected as spam by content filtering" },
	{ "550", "5.7.26", "end of DATA", "Unauthenticated mail is not accepted from this domain" },
	{ "550", "5.7.25", "MAIL FROM", "The sending address has no matching reverse name" },
	{ "551", "5.7.1", "RCPT TO", "User not local" },
	{ "552", "5.2.2", "RCPT TO", "Mailbox is over its quota" },
	{ "552", "5.3.4", "end of DATA", "Message size exceeds the fixed limit" },
	{ "553", "5.1.2", "RCPT TO", "That domain is not in my list of allowed hosts" },
	{ "554", "5.7.1", "RCPT TO", "Service unavailable; client host blocked by a list" },
	{ "556", "5.1.10", "RCPT TO", "Recipient domain takes no mail" },
	{ "421", "4.7.0", "end of DATA", "Too much mail from your address, slow down" },
	{ "450", "4.2.0", "RCPT TO", "Greylisted, please come again in 300 seconds" },
	{ "451", "4.3.0", "end of DATA", "Temporary failure, please try again later" },
	{ "451", "4.7.1", "RCPT TO", "Sender could not be verified at the moment" },
	{ "452", "4.2.2", "RCPT TO", "The mailbox is full, the owner has been told" },
	{ "452", "4.3.1", "MAIL FROM", "Insufficient system storage" },
	{ "", "4.4.1", "", "Connection timed out" },
};
static const char *const sites[] = {
	"", " (in doubt ask your postmaster)", " - mail policy 7", ". See https://postmaster.example/help",
	" [filter-3]", ", reference 5f2a", " by local policy", " at this site", " (rule 12)", ". Contact abuse@example.net",
};
enum { CAUSES = sizeof causes / sizeof *causes, SITES = sizeof sites / sizeof *sites };

static const char *const first_words[] = {
	"north", "river", "stone", "cedar", "harbour", "summit", "silver", "maple", "orchard", "bridge",
	"lantern", "meadow", "copper", "falcon", "granite", "willow", "ember", "coral", "delta", "prairie",
};
static const char *const second_words[] = {
	"bank", "school", "press", "works", "clinic", "travel", "foods", "legal", "design", "energy",
};

struct destination {
	char name[40];
	unsigned relay; /* the first one's number; the address follows from it */
	uint64_t deliveries[N_OUTCOMES];
};

struct truth {
	uint64_t lines, bytes, deliveries;
	uint64_t code[CODE_MAX][N_OUTCOMES];
};

struct maker {
	struct destination *destinations;
	unsigned n_destinations, n_favourites, next;
	double upto[FAVOURITES]; /* the chance of this destination or one before it */
	struct truth truth;
	uint64_t random;
	bool iso, old_ids;
	enum server server; /* of the message at hand */
	time_t now;
	char stamp[40], exim_stamp[40];
	char out[1 << 20];
	size_t n;
};

/* One delivery attempt, as every server would tell it. */
struct delivery {
	char to[64], host[64], ip[32];
	enum outcome outcome;
	const struct cause *cause; /* of a failure */
	const char *site;
};

/* splitmix64 */
static uint64_t draw(struct maker *m)
{
	uint64_t z = m->random += 0x9e3779b97f4a7c15u;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return z ^ z >> 31;
}

static unsigned below(struct maker *m, unsigned n)
{
	return (unsigned)((draw(m) >> 32) * n >> 32);
}

static void make_destinations(struct maker *m)
{
	double sum = 0, total = 0;
	unsigned i;

	m->destinations = calloc(m->n_destinations, sizeof *m->destinations);
	if (m->destinations == NULL) {
		perror("makelog");
		exit(EXIT_FAILURE);
	}
	for (i = 0; i < m->n_destinations; i++) {
		snprintf(m->destinations[i].name, sizeof m->destinations[i].name, "%s-%s%u.example",
		         first_words[i % 20], second_words[i / 20 % 10], i / 200);
		m->destinations[i].relay = i * RELAYS;
	}
	m->n_favourites = m->n_destinations < FAVOURITES ? m->n_destinations : FAVOURITES;
	for (i = 0; i < m->n_favourites; i++)
		total += 1.0 / (i + 1);
	for (i = 0; i < m->n_favourites; i++) {
		sum += 1.0 / (i + 1) / total;
		m->upto[i] = sum;
	}
}

static struct destination *pick_destination(struct maker *m)
{
	unsigned others = m->n_destinations - m->n_favourites, low = 0, high = m->n_favourites - 1, middle;
	double at;

	if (others > 0 && below(m, 3) > 0)
		return &m->destinations[m->n_favourites + m->next++ % others];
	at = (double)(draw(m) >> 11) * 0x1p-53;
	while (low < high) {
		middle = (low + high) / 2;
		if (m->upto[middle] > at)
			high = middle;
		else
			low = middle + 1;
	}
	return &m->destinations[low];
}

static void flush(struct maker *m)
{
	if (fwrite(m->out, 1, m->n, stdout) != m->n) {
		perror("makelog");
		exit(EXIT_FAILURE);
	}
	m->n = 0;
}

static void add(struct maker *m, const char *format, va_list args)
{
	m->n += (size_t)vsnprintf(m->out + m->n, sizeof m->out - m->n, format, args);
}

static void tick(struct maker *m)
{
	struct tm tm;

	if (m->truth.lines++ % LINES_PER_SECOND != 0)
		return;
	m->now++;
	gmtime_r(&m->now, &tm);
	strftime(m->exim_stamp, sizeof m->exim_stamp, "%Y-%m-%d %H:%M:%S ", &tm);
	strftime(m->stamp, sizeof m->stamp, m->iso ? "%Y-%m-%dT%H:%M:%S.000000+00:00 mx1 " : "%b %e %H:%M:%S mx1 ", &tm);
}

/* One line of the log: the prefix of the server at hand, `tag` with a pid where
 * it goes through syslog, and the text. */
__attribute__((format(printf, 3, 4)))
static void line(struct maker *m, const char *tag, const char *format, ...)
{
	va_list args;
	size_t before;

	if (m->n > sizeof m->out - 4096)
		flush(m);
	before = m->n;
	tick(m);
	if (m->server == EXIM)
		m->n += (size_t)sprintf(m->out + m->n, "%s", m->exim_stamp);
	else
		m->n += (size_t)sprintf(m->out + m->n, "%s%s[%u]: ", m->stamp, tag, 1000 + below(m, 30000));
	va_start(args, format);
	add(m, format, args);
	va_end(args);
	m->out[m->n++] = '\n';
	m->truth.bytes += m->n - before;
}

static void client_address(struct maker *m, char *ip, size_t size)
{
	static const char *const nets[] = { "192.0.2", "198.51.100", "203.0.113" };

	snprintf(ip, size, "%s.%u", nets[below(m, 3)], 1 + below(m, 254));
}

static void make_delivery(struct maker *m, struct delivery *d)
{
	static const char *const nets[] = { "192.0.2", "198.51.100", "203.0.113" };
	struct destination *to = pick_destination(m);
	unsigned relay, failure;

	relay = below(m, RELAYS);
	snprintf(d->to, sizeof d->to, "%s.%u@%s", first_words[below(m, 20)], below(m, 1000), to->name);
	snprintf(d->host, sizeof d->host, "mx%u.%s", relay + 1, to->name);
	relay += to->relay;
	snprintf(d->ip, sizeof d->ip, "%s.%u", nets[relay % 3], 1 + relay / 3 % 254);
	d->outcome = OK;
	if (below(m, 100) < FAILURES_PERCENT) {
		failure = below(m, CAUSES * SITES);
		d->cause = &causes[failure % CAUSES];
		d->site = sites[failure / CAUSES];
		d->outcome = d->cause->enhanced[0] == '5' ? PERMANENT : TEMPORARY;
	}
	m->truth.deliveries++;
	m->truth.code[d->outcome == OK ? 250 : atoi(d->cause->code)][d->outcome]++;
	to->deliveries[d->outcome]++;
}

/* A message of n recipients is 4n lines, n of them with a reply. */

static void postfix_delivery(struct maker *m, const char *id, const struct delivery *d)
{
	unsigned ms = 100 + below(m, 8000);
	char head[400];

	snprintf(head, sizeof head, "%s: to=<%s>, relay=%s[%s]:25, delay=%u.%02u, delays=0.05/0.01/%u.%u/0.3", id, d->to,
	         d->host, d->ip, ms / 1000, ms % 100, ms / 2000, ms % 10);
	if (d->outcome == OK)
		line(m, "postfix/smtp", "%s, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 4%08X)", head,
		     (unsigned)(draw(m) >> 32));
	else if (d->cause->code[0] == '\0')
		line(m, "postfix/smtp", "%s: to=<%s>, relay=none, delay=30, delays=0.05/0.01/30/0, dsn=%s, "
		     "status=deferred (connect to %s[%s]:25: %s)", id, d->to, d->cause->enhanced, d->host, d->ip, d->cause->text);
	else
		line(m, "postfix/smtp", "%s, dsn=%s, status=%s (host %s[%s] said: %s %s <%s>: %s%s (in reply to %s command))",
		     head, d->cause->enhanced, d->outcome == PERMANENT ? "bounced" : "deferred", d->host, d->ip, d->cause->code,
		     d->cause->enhanced, d->to, d->cause->text, d->site, d->cause->command);
}

static void postfix_message(struct maker *m, unsigned n)
{
	struct delivery d;
	char id[24], ip[32];
	unsigned i;

	snprintf(id, sizeof id, "4%05X%05X", below(m, 1 << 20), below(m, 1 << 20));
	client_address(m, ip, sizeof ip);
	for (i = 1; i < n; i++) {
		line(m, "postfix/smtpd", "connect from client%u.example.org[%s]", below(m, 250), ip);
		line(m, "postfix/smtpd", "disconnect from client%u.example.org[%s] ehlo=1 quit=1 commands=2", below(m, 250), ip);
		line(m, "postfix/anvil", "statistics: max connection rate 1/60s for (smtp:%s) at %.15s", ip, m->stamp);
	}
	line(m, "postfix/cleanup", "%s: message-id=<%016" PRIx64 "@app.example.org>", id, draw(m));
	line(m, "postfix/qmgr", "%s: from=<bounce+%u@example.org>, size=%u, nrcpt=%u (queue active)", id, below(m, 100000),
	     900 + below(m, 90000), n);
	for (i = 0; i < n; i++) {
		make_delivery(m, &d);
		postfix_delivery(m, id, &d);
	}
	line(m, "postfix/qmgr", "%s: removed", id);
}

static void exim_delivery(struct maker *m, const char *id, const struct delivery *d)
{
	char command[100] = "end of data";

	if (d->outcome != OK && d->cause->command[0] == 'R')
		snprintf(command, sizeof command, "RCPT TO:<%s>", d->to);
	else if (d->outcome != OK && d->cause->command[0] == 'M')
		snprintf(command, sizeof command, "MAIL FROM:<app@example.org>");
	if (d->outcome == OK)
		line(m, NULL, "%s => %s R=dnslookup T=remote_smtp H=%s [%s] X=TLS1.3:TLS_AES_256_GCM_SHA384:256 CV=yes "
		     "C=\"250 2.0.0 OK id=%06X\"", id, d->to, d->host, d->ip, below(m, 1 << 24));
	else if (d->cause->code[0] == '\0')
		line(m, NULL, "%s == %s R=dnslookup T=remote_smtp defer (110): %s H=%s [%s]", id, d->to, d->cause->text, d->host, d->ip);
	else
		line(m, NULL, "%s %s %s R=dnslookup T=remote_smtp %sH=%s [%s]: SMTP error from remote mail server after %s: %s %s %s%s",
		     id, d->outcome == PERMANENT ? "**" : "==", d->to, d->outcome == PERMANENT ? "" : "defer (-44) ", d->host, d->ip,
		     command, d->cause->code, d->cause->enhanced, d->cause->text, d->site);
}

static void exim_message(struct maker *m, unsigned n)
{
	struct delivery d;
	char id[32], ip[32];
	unsigned i;

	if (m->old_ids)
		snprintf(id, sizeof id, "1v%04u-%06u-%02u", below(m, 10000), below(m, 1000000), below(m, 100));
	else
		snprintf(id, sizeof id, "1v%04u-%011u-%04u", below(m, 10000), below(m, 1000000000), below(m, 10000));
	client_address(m, ip, sizeof ip);
	for (i = 1; i < n; i++) {
		line(m, NULL, "SMTP connection from [%s]:%u (TCP/IP connection count = %u)", ip, 1024 + below(m, 60000), 1 + below(m, 20));
		line(m, NULL, "no host name found for IP address %s", ip);
		line(m, NULL, "SMTP connection from [%s]:%u closed by QUIT", ip, 1024 + below(m, 60000));
	}
	line(m, NULL, "Start queue run: pid=%u", 1000 + below(m, 30000));
	line(m, NULL, "%s <= app@example.org U=app P=local S=%u id=%016" PRIx64 "@app.example.org", id, 900 + below(m, 90000), draw(m));
	for (i = 0; i < n; i++) {
		make_delivery(m, &d);
		exim_delivery(m, id, &d);
	}
	line(m, NULL, "%s Completed", id);
}

static void sendmail_delivery(struct maker *m, const char *id, const struct delivery *d)
{
	char head[400];

	snprintf(head, sizeof head, "%s: to=<%s>, delay=00:00:%02u, xdelay=00:00:%02u, mailer=esmtp, pri=%u, relay=%s. [%s]", id, d->to,
	         below(m, 60), below(m, 60), 30000 + below(m, 100000), d->host, d->ip);
	if (d->outcome == OK)
		line(m, "sendmail", "%s, dsn=2.0.0, stat=Sent (Ok: queued as 4%08X)", head, (unsigned)(draw(m) >> 32));
	else if (d->cause->code[0] == '\0')
		line(m, "sendmail", "%s, dsn=4.0.0, stat=Deferred: %s with %s.", head, d->cause->text, d->host);
	else if (d->outcome == TEMPORARY)
		line(m, "sendmail", "%s, dsn=%s, reply=%s %s %s%s, stat=Deferred: %s %s %s%s", head, d->cause->enhanced, d->cause->code,
		     d->cause->enhanced, d->cause->text, d->site, d->cause->code, d->cause->enhanced, d->cause->text, d->site);
	else
		line(m, "sendmail", "%s, dsn=%s, reply=%s %s <%s>... %s%s, stat=Service unavailable", head, d->cause->enhanced, d->cause->code,
		     d->cause->enhanced, d->to, d->cause->text, d->site);
}

static void sendmail_message(struct maker *m, unsigned n)
{
	struct delivery d;
	char id[24];
	unsigned i, k;

	snprintf(id, sizeof id, "5AK%02u%03X%06u", below(m, 60), below(m, 4096), below(m, 1000000));
	line(m, "sendmail", "%s: from=app, size=%u, class=0, nrcpts=%u, msgid=<%016" PRIx64 "@app.example.org>, relay=app@localhost", id,
	     900 + below(m, 90000), n, draw(m));
	for (i = 0; i < n; i++) {
		make_delivery(m, &d);
		for (k = i == 0; k < 3; k++)
			line(m, "sendmail", "STARTTLS=client, relay=%s., version=TLSv1.3, verify=OK, cipher=TLS_AES_256_GCM_SHA384, bits=256/256", d.host);
		sendmail_delivery(m, id, &d);
	}
}

static void message(struct maker *m, bool mixed)
{
	unsigned n = 1 + below(m, 3);

	if (mixed)
		m->server = below(m, N_SERVERS);
	switch (m->server) {
	case POSTFIX: postfix_message(m, n); break;
	case EXIM: exim_message(m, n); break;
	default: sendmail_message(m, n); break;
	}
}

static int write_truth(const struct maker *m, const char *path)
{
	FILE *f = fopen(path, "w");
	const struct destination *to;
	int i, k;

	if (f == NULL)
		return -1;
	fprintf(f, "lines\t%" PRIu64 "\nbytes\t%" PRIu64 "\ndeliveries\t%" PRIu64 "\n", m->truth.lines, m->truth.bytes,
	        m->truth.deliveries);
	for (i = 0; i < CODE_MAX; i++)
		for (k = 0; k < N_OUTCOMES; k++)
			if (m->truth.code[i][k] > 0)
				fprintf(f, "code\t%d\t%s\t%" PRIu64 "\n", i, outcome_names[k], m->truth.code[i][k]);
	for (to = m->destinations; to < m->destinations + m->n_destinations; to++)
		if (to->deliveries[OK] + to->deliveries[TEMPORARY] + to->deliveries[PERMANENT] > 0)
			fprintf(f, "domain\t%s\t%" PRIu64 "\t%" PRIu64 "\t%" PRIu64 "\n", to->name, to->deliveries[OK],
			        to->deliveries[TEMPORARY], to->deliveries[PERMANENT]);
	return fclose(f);
}

static uint64_t parse_size(const char *text)
{
	char *end;
	uint64_t n = strtoull(text, &end, 10);

	switch (*end) {
	case 'k': return n << 10;
	case 'M': return n << 20;
	case 'G': return n << 30;
	case '\0': return n;
	default: return 0;
	}
}

int main(int argc, char **argv)
{
	struct maker *m = calloc(1, sizeof *m);
	const char *truth = NULL;
	uint64_t size;
	bool mixed;
	int option;

	if (m == NULL)
		return EXIT_FAILURE;
	m->now = 1795132799; /* 2026-11-19T23:59:59Z */
	m->n_destinations = FAVOURITES;
	while ((option = getopt(argc, argv, "d:ios:t:")) != -1) {
		switch (option) {
		case 'd': m->n_destinations = (unsigned)strtoul(optarg, NULL, 10); break;
		case 'i': m->iso = true; break;
		case 'o': m->old_ids = true; break;
		case 's': m->random = strtoull(optarg, NULL, 10); break;
		case 't': truth = optarg; break;
		default: argc = 0; break;
		}
	}
	if (argc != optind + 2 || (size = parse_size(argv[optind + 1])) == 0 || m->n_destinations == 0) {
		fputs("usage: makelog [-io] [-d DESTINATIONS] [-s SEED] [-t TRUTH] postfix|exim|sendmail|mixed SIZE[k|M|G]\n", stderr);
		return 2;
	}
	while (m->server < N_SERVERS && strcmp(argv[optind], server_names[m->server]) != 0)
		m->server++;
	mixed = strcmp(argv[optind], "mixed") == 0;
	if (m->server == N_SERVERS && !mixed) {
		fprintf(stderr, "makelog: %s: no such server\n", argv[optind]);
		return 2;
	}
	make_destinations(m);
	while (m->truth.bytes < size)
		message(m, mixed);
	flush(m);
	if (truth != NULL && write_truth(m, truth) != 0) {
		perror(truth);
		return EXIT_FAILURE;
	}
	free(m->destinations);
	free(m);
	return EXIT_SUCCESS;
}
