/* reason.h - the text of a refusal as a template.
 *
 * Texts of one cause differ in addresses, hosts, numbers and ids; with these
 * replaced by placeholders they fall together, and no local part is left.
 * Placeholders: <address> <user> <host> <ip> <url> <id> <n> <time>, and <list>
 * for the name of a DNS blocklist. SPDX-License-Identifier: MIT */
#ifndef REPLY_REASON_H
#define REPLY_REASON_H

#include "base/buffer.h"

/* Local parts and user names of the line itself: masked as <user> wherever they
 * stand as a word in the text. */
struct reason_names {
	struct slice name[16];
	size_t n;
};

static inline void reason_name(struct reason_names *names, struct slice name)
{
	if (name.n && names->n < sizeof names->name / sizeof *names->name)
		names->name[names->n++] = name;
}

/* Appends the template of text: one line, blanks folded, codes of continuation
 * lines ("550-5.7.1 ", literal \n) taken out, at most REASON_MAX bytes, valid
 * UTF-8 (an invalid byte becomes '?'). The same text gives the same template
 * always, and a template gives itself. */
enum { REASON_MAX = 200 };
void reason_template(struct slice text, const struct reason_names *names, struct buffer *out);

#endif
