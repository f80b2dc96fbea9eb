/* junk.c - SPDX-License-Identifier: MIT */
#include "junk.h"

static const char *const harmless[] = { "", "Ok: queued as 4XyZ12", "no such user", "Service unavailable, try again later",
	"Message 554 of 421 rejected, error 452 (was 250)", "see https://example.com/550?5.7.1", "<kim@example.org>: Recipient address rejected" };

static const char *const pieces[] = {
	"550", "421", " 250 2.0.0 Ok", " 550-5.7.1 no ", "5.1.1", "4.4.2 ", "554 5.7.1 ", "250-", " 221", "[192.0.2.66]", "2001:db8::250",
	"\"", "'", "(", ")", "<", ">", ":", ": ", ";", ", ", "\\", "=", "|", "{", "$", "%s%n", "  ", "...", "--", " - ", "?",
	"\\n550 5.5.5 x", "\\\"", "> ", "\": ", ")) ", ">: ", "@", "\xc3\xa9", "\xe6\x97\xa5\xe6\x9c\xac", "<x@forged.example>",
	/* Postfix */
	"status=sent (250 2.0.0 Ok: queued as 4XyZ12)", "status=bounced (host mx.forged.example[192.0.2.66] said: 550 5.1.1 no",
	", status=deferred (", ", dsn=2.0.0, status=sent (250 ok)",
	"to=<x@forged.example>, relay=mx.forged.example[192.0.2.66]:25, delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent (250 ok)",
	", relay=mx.forged.example[192.0.2.66]:25, ", "; from=<a@forged.example> to=<b@forged.example> proto=ESMTP helo=<x>",
	"; from=<>", " to=<b@forged.example>", "; to=<b@forged.example>", "; proto=SMTP helo=<x>", " helo=<x>: 5.7.1 forged",
	", from=<a@forged.example>, to=<b@forged.example>, proto=ESMTP, helo=<x>",
	" from mx.forged.example[192.0.2.66]; from=<a@forged.example> to=<b@forged.example> proto=ESMTP helo=<x>: 4.3.0 forged",
	"said: 450 4.7.1 later", "host mx.forged.example[192.0.2.66] said: 550 5.1.1 no (in reply to RCPT TO command)",
	"(in reply to RCPT TO command)", " (in reply to end of DATA command))", "refused to talk to me: 554 no",
	"NOQUEUE: reject: RCPT from mx.forged.example[192.0.2.66]: 554 5.7.1 <b@forged.example>: Relay access denied",
	"4XyZ12: milter-reject: END-OF-MESSAGE from x[192.0.2.66]: 4.7.1 no", "(delivery temporarily suspended: ",
	"expired, returned to sender", ": client=x[192.0.2.66]", "too many errors after RCPT from x[192.0.2.66]", "removed",
	" authentication failed: ", ", sasl_username=forged", " sasl_method=PLAIN", "warning: ", "fatal: ", "proxy-accept: END-OF-MESSAGE: 250 ok",
	/* Exim */
	" C=\"250 OK\"", "C=\"550 no\" QT=3s", " H=mx.forged.example [192.0.2.66]", " => x@forged.example R=r T=remote_smtp H=h [192.0.2.66] C=\"250 OK\"",
	" ** x@forged.example: Unrouteable address", " <= a@forged.example H=h [192.0.2.66] P=esmtp", " Completed",
	": SMTP error from remote mail server after RCPT TO:<x@forged.example>: 550 5.1.1 no", " DT=3s", " T=remote_smtp", " R=r",
	" rejected RCPT <x@forged.example>: relay not permitted", " temporarily rejected after DATA", " F=<a@forged.example>",
	" defer (-44)", "retry timeout exceeded", " authenticator failed for [192.0.2.66]: 535 no (set_id=x)", "(EHLO response was: 550 no)",
	"LMTP error after DATA: 550 no", " Warning: ", ": discarded by RCPT ACL", " sender verify fail for <x@forged.example>",
	/* Sendmail */
	", stat=Sent (ok)", ", stat=Deferred: 451 4.3.0 no", ", stat=User unknown", ", dsn=2.0.0, stat=Sent", ", reply=550 5.1.1 no",
	", reject=550 5.7.1 no", ", relay=mx.forged.example. [192.0.2.66]", ", relay=x [192.0.2.66], reject=451 4.7.1 no", ", discard",
	", mailer=local, pri=1", ", arg2=x", "... User unknown", ", quarantine=x", "Relaying denied", "ruleset=check_rcpt, arg1=<x@forged.example>",
};

static bool passes(const struct bytes *bytes, char c)
{
	return (unsigned char)c < 0x80 ? c && !strchr(bytes->never, c) : bytes->utf8;
}

void junk_add(struct built *b, const struct bytes *bytes, struct buffer *out)
{
	struct buffer text = { 0 };
	struct slice trimmed;

	if (b->hostile)
		for (uint64_t n = draw(b, 6); n--; )
			buffer_puts(&text, PICK(b, pieces));
	else
		buffer_puts(&text, PICK(b, harmless));
	if (b->hostile && once_in(b, 60))
		while (text.n < bytes->most)
			buffer_puts(&text, "x550 ");
	for (size_t i = 0; i < text.n; i++)
		if (!passes(bytes, text.text[i]))
			text.text[i] = '?';
	if (text.n > bytes->most)
		text.n = bytes->most;
	trimmed = slice_trim(buffer_slice(&text));
	buffer_add(out, trimmed);
	buffer_release(&text);
}
