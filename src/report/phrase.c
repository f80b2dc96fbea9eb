/* phrase.c - a pattern of words.h with its values put in.
 * SPDX-License-Identifier: MIT */
#include "report/phrase.h"

#include "report/number.h"

static void write_value(struct buffer *out, char what, enum lang lang, const struct notice *values)
{
	switch (what) {
	case 'c': number_count(out, values->count, lang); break;
	case 'w': number_count(out, values->whole, lang); break;
	case 'v': number_count(out, values->values, lang); break;
	case 'p': number_percent(out, values->count, values->whole, lang); break;
	case 'r': number_reply(out, values->code, values->enhanced); break;
	case 't': buffer_terminal(out, values->text); break;
	case 'm': /* with a blank behind it, or nothing */
		buffer_terminal(out, values->provider);
		buffer_puts(out, values->provider.n ? " " : "");
		break;
	default: buffer_byte(out, what);
	}
}

void phrase_write(struct buffer *out, const char *pattern, enum lang lang, const struct notice *values)
{
	struct slice form = plural(pattern, lang, values->count);

	for (size_t i = 0; i < form.n; i++)
		if (form.p[i] == '%' && i + 1 < form.n)
			write_value(out, form.p[++i], lang, values);
		else
			buffer_byte(out, form.p[i]);
}
