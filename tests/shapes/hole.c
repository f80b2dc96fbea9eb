/* hole.c - how the holes of hole.def are filled. SPDX-License-Identifier: MIT */
#include "hole.h"

#include "junk.h"
#include "reply/reply.h"

#include <stdio.h>
#include <stdlib.h>

static void set(struct built *b, struct slice name, const char *part, const char *text)
{
	value_set(b, name, part, slice_of(text));
}

static void set_lower(struct built *b, struct slice name, const char *part, const char *text)
{
	char lower[128];
	size_t n = strlen(text);

	for (size_t i = 0; i < n; i++)
		lower[i] = text[i] >= 'A' && text[i] <= 'Z' ? (char)(text[i] | 0x20) : text[i];
	value_set(b, name, part, (struct slice){ lower, n });
}

/* ---- hosts: their names come from DNS, and servers take letters, digits, "-_." only */

static const char *const hosts[] = { "mx.example.org", "MX1.Example.COM", "in-550.t421.example", "550.example",
	"mx-554.5.7.1.example", "mail_gw.250.hosting452.example", "a.example", "status.sent.example.net", "xn--bcher-kva.example",
	"warning.example" };
static const char *const ips[] = { "192.0.2.25", "198.51.100.250", "203.0.113.55", "2001:db8::550", "2001:db8:421::25" };

/* How a server writes a peer: its name, what stands between, the address in brackets;
 * or what it writes for one without a name. */
struct peer_style {
	const char *between, *nameless, *ipv6;
	bool always; /* nameless */
	bool port;
	const struct bytes *helo; /* in parentheses before the address, if the client said another name */
};

static void set_peer(struct built *b, struct slice name, const struct peer_style *style)
{
	const char *host = PICK(b, hosts), *ip = PICK(b, ips), *ipv6 = strchr(ip, ':') ? style->ipv6 : "";
	int port = style->port ? 25 + (int)draw(b, 60000) : 0;
	bool nameless = style->nameless && (style->always || once_in(b, 3));
	struct buffer text = { 0 };
	char shown[80];

	snprintf(shown, sizeof shown, "[%s]", ip);
	if (nameless)
		set(b, name, "name", shown);
	else
		set_lower(b, name, "name", host);
	buffer_printf(&text, "%s%s", nameless ? style->nameless : host, nameless ? "" : style->between);
	if (style->helo && once_in(b, 2)) {
		buffer_puts(&text, "(x");
		junk_add(b, style->helo, &text);
		buffer_puts(&text, ") ");
	}
	buffer_printf(&text, "[%s%s]", ipv6, ip);
	if (port)
		buffer_printf(&text, ":%d", port);
	value_set(b, name, "", buffer_slice(&text));
	buffer_release(&text);
	snprintf(shown, sizeof shown, !port ? "%s" : strchr(ip, ':') ? "[%s]:%d" : "%s:%d", ip, port);
	set(b, name, "address", shown);
}

/* ---- addresses of mail */

static const char *const domains[] = { "example.org", "Example.COM", "t421.example", "550.example", "5.7.1.example",
	"sub.example.net", "[192.0.2.77]", "[IPv6:2001:db8::77]", "\xc3\xbc.example" };
static const char *const names[] = { "kim", "a.b+550", "550", "421-5.7.1", "o'hara", "x=status=sent", "r_250_2.0.0_Ok", "info",
	"a%b", "first/last", "#x", "to=x", "H=x", "reply=550" };

static void add_escaped(struct slice text, const char *escape, struct buffer *out)
{
	for (size_t i = 0; i < text.n; i++) {
		if (*escape && strchr(escape, text.p[i]))
			buffer_byte(out, '\\');
		buffer_byte(out, text.p[i]);
	}
}

/* A stranger's local part may be quoted and then hold any byte; in it '"' and '\' are
 * escaped. */
static void add_quoted(struct built *b, const struct bytes *bytes, struct buffer *out)
{
	struct buffer local = { 0 };

	junk_add(b, bytes, &local);
	buffer_byte(out, '"');
	add_escaped(buffer_slice(&local), "\"\\", out);
	buffer_byte(out, '"');
	buffer_release(&local);
}

static void set_mailbox(struct built *b, struct slice name, const struct bytes *bytes)
{
	const char *domain = domains[draw(b, sizeof domains / sizeof *domains - !bytes->utf8)];
	struct buffer text = { 0 };

	if (b->hostile && bytes->most && once_in(b, 2))
		add_quoted(b, bytes, &text);
	else
		buffer_puts(&text, PICK(b, names));
	buffer_printf(&text, "@%s", domain);
	value_set(b, name, "", buffer_slice(&text));
	set_lower(b, name, "domain", domain);
	buffer_release(&text);
}

/* Exim writes the local part without its quotes, and the whole address behind it when
 * that makes a difference. */
static void set_exim_recipient(struct built *b, struct slice name, const struct bytes *bytes)
{
	struct buffer local = { 0 }, text = { 0 };
	const char *domain = domains[draw(b, 6)];

	set_lower(b, name, "domain", domain);
	if (b->hostile && once_in(b, 2))
		junk_add(b, bytes, &local);
	buffer_printf(&text, "x%.*s@%s", SLICE_ARG(buffer_slice(&local)), domain);
	if (local.n) {
		struct buffer quoted = { 0 };

		buffer_puts(&quoted, "\"x");
		add_escaped(buffer_slice(&local), "\"\\", &quoted);
		buffer_printf(&quoted, "\"@%s", domain);
		buffer_printf(&text, " <%.*s>", SLICE_ARG(buffer_slice(&quoted)));
		value_set(b, name, "address", buffer_slice(&quoted));
		buffer_release(&quoted);
	} else {
		value_set(b, name, "address", buffer_slice(&text));
		if (once_in(b, 3))
			buffer_puts(&text, " <list-550@lists.example.org>");
	}
	value_set(b, name, "", buffer_slice(&text));
	buffer_release(&local);
	buffer_release(&text);
}

/* ---- replies */

static const int positive[] = { 250, 250, 250, 251, 200, 252, 259 };
static const int temporary[] = { 421, 450, 451, 452, 454, 400, 432, 471, 499 };
static const int permanent[] = { 550, 551, 552, 553, 554, 500, 521, 535, 571, 590, 599 };

struct reply_style {
	const char *newline;   /* between a reply's lines; NULL: only one line is shown */
	struct bytes bytes;
	const char *quote;     /* these get a backslash at the end of all */
};

static void add_enhanced(struct built *b, char digit, char text[ENHANCED_TEXT_MAX])
{
	static const int details[] = { 0, 1, 2, 7, 10, 26, 511 };

	/* 550 4.2.2 is not allowed, and is seen. */
	if (digit != '2' && once_in(b, 8))
		digit = digit == '4' ? '5' : '4';
	snprintf(text, ENHANCED_TEXT_MAX, "%c.%d.%d", digit, (int)draw(b, 8), PICK(b, details));
}

/* A line's text. In a reply of several lines it holds nothing that looks like a line:
 * once they are joined, nobody could tell. And where there is no enhanced code, it
 * does not begin with one. */
static void add_text(struct built *b, const struct reply_style *style, int code, bool lines, bool plain, struct buffer *out)
{
	struct buffer text = { 0 };
	char own[4];

	snprintf(own, sizeof own, "%d", code);
	junk_add(b, &style->bytes, &text);
	if (lines && (slice_find(buffer_slice(&text), slice_of(own)) >= 0 || slice_find_byte(buffer_slice(&text), '\\') >= 0))
		text.n = 0;
	if (plain && text.n && ((*text.text >= '2' && *text.text <= '5') || *text.text == '#'))
		buffer_puts(out, "no ");
	buffer_add(out, buffer_slice(&text));
	buffer_release(&text);
}

static void set_reply(struct built *b, struct slice name, char digit, const struct reply_style *style)
{
	int code = digit == '2' ? PICK(b, positive) : digit == '4' ? PICK(b, temporary) : PICK(b, permanent);
	int lines = style->newline && once_in(b, 4) ? 2 + (int)draw(b, 3) : 1;
	bool plain = once_in(b, 3);
	char enhanced[ENHANCED_TEXT_MAX] = "", number[4];
	struct buffer text = { 0 }, logged = { 0 };

	for (int i = 0; i < lines; i++) {
		buffer_printf(&text, "%s%d%c", i ? style->newline : "", code, i + 1 < lines ? '-' : ' ');
		if (!plain) {
			add_enhanced(b, digit, enhanced);
			buffer_printf(&text, "%s ", enhanced);
		}
		add_text(b, style, code, lines > 1, plain, &text);
	}
	snprintf(number, sizeof number, "%d", code);
	add_escaped(slice_trim(buffer_slice(&text)), style->quote, &logged);
	value_set(b, name, "", buffer_slice(&logged));
	set(b, name, "code", number);
	set(b, name, "enhanced", enhanced);
	snprintf(number, sizeof number, "%c", digit);
	set(b, name, "class", number);
	set(b, name, "outcome", digit == '2' ? "ok" : digit == '4' ? "temporary" : "permanent");
	buffer_release(&text);
	buffer_release(&logged);
}

/* ---- words of the servers, and what they mean */

struct word {
	const char *logged, *meaning;
};

static const struct word postfix_where[] = { { "RCPT", "rcpt" }, { "MAIL", "mail" }, { "HELO", "helo" }, { "EHLO", "helo" },
	{ "CONNECT", "connect" }, { "DATA", "data" }, { "END-OF-MESSAGE", "data-end" }, { "VRFY", "vrfy" }, { "ETRN", "etrn" },
	{ "STARTTLS", "starttls" }, { "AUTH", "auth" }, { "BDAT", "data" }, { "XCLIENT", "other" }, { NULL, NULL } };
static const struct word postfix_command[] = { { "MAIL FROM command", "mail" }, { "RCPT TO command", "rcpt" },
	{ "DATA command", "data" }, { "end of DATA command", "data-end" }, { "EHLO command", "helo" }, { "HELO command", "helo" }, { NULL, NULL } };
static const struct word postfix_failed[] = { { "bounced", "permanent" }, { "deferred", "temporary" }, { "SOFTBOUNCE", "temporary" },
	{ NULL, NULL } };
static const struct word postfix_moment[] = { { "receiving the initial server greeting", "connect" },
	{ "performing the EHLO handshake", "helo" }, { "sending MAIL FROM", "mail" }, { "sending RCPT TO", "rcpt" }, { "sending DATA command", "data" },
	{ "sending message body", "data-end" }, { "sending end of data -- message may be sent more than once", "data-end" },
	{ NULL, NULL } };
static const struct word exim_after[] = { { "initial connection", "connect" }, { "EHLO mail.example.org", "helo" },
	{ "HELO 550.example", "helo" }, { "DATA", "data" }, { "pipelined DATA", "data" }, { "end of data", "data-end" }, { NULL, NULL } };

static void set_word(struct built *b, struct slice name, const struct word *words)
{
	size_t n = 0;

	while (words[n].logged)
		n++;
	words += draw(b, n);
	set(b, name, "", words->logged);
	set(b, name, "means", words->meaning);
}

/* ---- the rest */

static const char *const postfix_ids[] = { "4Xk2Lm1bQ0z8Wd", "9F2C41A0", "550421", "2A7C3E1F4", NULL };
static const char *const exim_ids[] = { "1vMD4x-00000003aQz-1Kfw", "1sXaBc-0004Qd-7Z", "155042-000421-5Z", NULL };
static const char *const sendmail_ids[] = { "4AL9xwAB001230", "xAL550421250421", NULL };
static const char *const delays[] = { "0.02", "0", "550", "3601", "5.42", NULL };
static const char *const clocks[] = { "00:00:03", "1+02:03:04", "00:05:50", NULL };
static const char *const dsn_ok[] = { "2.0.0", "2.1.5", "2.6.0", NULL };
static const char *const dsn_temporary[] = { "4.0.0", "4.2.2", "4.7.511", NULL };
static const char *const dsn_permanent[] = { "5.0.0", "5.1.1", "5.7.26", NULL };
static const char *const exim_errnos[] = { "-44", "-45", "-46", "-18", "110", "111", "550", NULL };

static void set_one(struct built *b, struct slice name, const char *const *texts)
{
	size_t n = 0;

	while (texts[n])
		n++;
	set(b, name, "", texts[draw(b, n)]);
}

static void set_junk(struct built *b, struct slice name, const struct bytes *bytes, const char *escape)
{
	struct buffer text = { 0 }, logged = { 0 };

	junk_add(b, bytes, &text);
	add_escaped(buffer_slice(&text), escape, &logged);
	value_set(b, name, "", buffer_slice(&logged));
	buffer_release(&text);
	buffer_release(&logged);
}

/* One of the members says what fills it. */
static const struct {
	const char *name;
	const struct bytes *junk, *mailbox, *exim_recipient;
	bool may_be_empty;
	const char *escape; /* these get a backslash */
	const struct peer_style *peer;
	const struct reply_style *reply;
	const char *digits;
	const struct word *words;
	const char *const *texts;
} holes[] = {
#define HOLE(name, ...) { name, __VA_ARGS__ },
#include "hole.def"
#undef HOLE
};

void hole_fill(struct built *b, struct slice generator, struct slice name)
{
	for (size_t i = 0; i < sizeof holes / sizeof *holes; i++) {
		if (!slice_eq(generator, slice_of(holes[i].name)))
			continue;
		if (holes[i].may_be_empty && once_in(b, 5))
			set(b, name, "", "");
		else if (holes[i].junk)
			set_junk(b, name, holes[i].junk, holes[i].escape ? holes[i].escape : "");
		else if (holes[i].mailbox)
			set_mailbox(b, name, holes[i].mailbox);
		else if (holes[i].exim_recipient)
			set_exim_recipient(b, name, holes[i].exim_recipient);
		else if (holes[i].peer)
			set_peer(b, name, holes[i].peer);
		else if (holes[i].reply)
			set_reply(b, name, holes[i].digits[draw(b, strlen(holes[i].digits))], holes[i].reply);
		else if (holes[i].words)
			set_word(b, name, holes[i].words);
		else
			set_one(b, name, holes[i].texts);
		return;
	}
	fprintf(stderr, "nothing fills {%.*s}\n", SLICE_ARG(name));
	abort();
}
